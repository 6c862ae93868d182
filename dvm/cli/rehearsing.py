"""DVM_DRY_RUN: what a command would do now, with the calls and the setup scripts in order. Nothing is changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dvm.cli.plan_output import show
from dvm.errors import ExitCode
from dvm.execute.rehearsal import rehearse
from dvm.views.dry_run import step_lines

if TYPE_CHECKING:
    from dvm.cli.planning import Planner
    from dvm.cli.saved import SavedPlan
    from dvm.model.plan import Step


def rehearsal(planner: Planner, saved: SavedPlan | None = None, *, json: bool = False) -> int:
    """Show the plan, and hand its steps to a sink that prints them.

    Raises:
        RefusedError: a check denies. DvmError: something else blocks the plan, or `saved` is stale.
    """
    planned = planner.plan()
    if saved is not None:
        saved.demand_fresh(planned, planner.host)
    show(planned, json=json)
    approved = planned.approved()
    if json or not approved.plan.steps:
        return ExitCode.DONE  # the plan's document has the calls

    def sink(step: Step) -> None:
        for line in step_lines(step, approved.plan, in_full=planner.host.verbose):
            sys.stdout.write(f"{line}\n")

    sys.stdout.write("\n# A dry run: the calls of limactl and the setup scripts in order; nothing is changed.\n")
    rehearse(approved, sink)
    return ExitCode.DONE
