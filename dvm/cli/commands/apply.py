"""`dvm apply`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dvm.cli import options as opt
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.model.units import parse_duration

if TYPE_CHECKING:
    from dvm.cli.planning import Planned, Planner


def apply(
    vms: opt.Targets = None,
    manifest: opt.ManifestPath = None,
    auto_approve: opt.AutoApprove = False,
    json: opt.Json = False,
    replace: opt.Replace = None,
    rerun_setup: opt.RerunSetup = False,
    prune: opt.Prune = False,
    destroy: opt.Destroy = False,
    discard_work: opt.DiscardWork = False,
    strict: opt.Strict = False,
    parallelism: opt.Parallelism = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Show the plan, ask, and make it so.

    Exit codes: 0 done, 1 failed, 3 refused by a security check, 4 locked or stale, 130 interrupted.

    Example: dvm apply app
    """
    from dvm.cli.host import Host
    from dvm.cli.planning import Planner, plan_options

    options = plan_options(
        vms, replace, rerun_setup=rerun_setup, prune=prune, destroy=destroy, discard_work=discard_work
    )
    planner = Planner(Host(), manifest, options, strict=strict)
    return carry_out(planner, ask=not auto_approve, json=json, parallelism=parallelism, lock_timeout=lock_timeout)


def carry_out(planner: Planner, *, ask: bool, json: bool, parallelism: int | None, lock_timeout: str) -> int:
    """Apply what `planner` plans, or, in a dry run, show what that would run."""
    if planner.host.dry_run:
        from dvm.views.dry_run import render_dry_run

        sys.stdout.write(render_dry_run(planner.offline().plan().plan))
        return ExitCode.DONE
    if json and ask:
        raise UsageError("--json can't ask.", remedy="Give -y (--auto-approve) too.")
    seconds = _seconds(lock_timeout)
    if json:
        return _with_events(planner, parallelism, seconds)
    from dvm.cli.applying import Applying, ask_on_terminal
    from dvm.cli.commands.plan import show
    from dvm.views.hooks import hooks_for

    hooks = hooks_for(sys.stdout, os.environ)
    return Applying(planner, show, ask_on_terminal if ask else None, hooks, seconds, parallelism).run()


def _with_events(planner: Planner, parallelism: int | None, seconds: float) -> int:
    """Apply with one JSON event a line, errors among them."""
    from dvm.cli.applying import Applying
    from dvm.views.apply_json import JsonApply

    events = JsonApply(sys.stdout)

    def show(planned: Planned) -> None:
        events.planned(planned.plan, planned.checks)

    try:
        return Applying(planner, show, None, events, seconds, parallelism).run()
    except DvmError as error:
        events.error(error)
        return error.exit_code


def _seconds(lock_timeout: str) -> float:
    try:
        return 0.0 if lock_timeout in {"0", "0s"} else float(parse_duration(lock_timeout))
    except ValueError as error:
        raise UsageError(f"--lock-timeout: {error}.") from error
