"""What a plan showed to the one who is asked, and whether it still holds when the answer is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.cli.plan_basis import changed_files, file_facts
from dvm.model.check import Outcome
from dvm.model.plan import Action
from dvm.plan.bases import is_build, without_builds
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.cli.planning import Planned
    from dvm.model.check import CheckResult
    from dvm.model.plan import Plan, ResourceChange


class Shown(Struct, frozen=True):
    """A plan that was shown. What changes by itself, as ports and process ids do, is no part of it."""

    planned: Planned

    def holds(self, now: Planned) -> bool:
        """Whether `now` does what was shown, with the same bytes, and has nothing new to warn of.

        What a check newly denies is not looked at here: the gate refuses it, and says why.
        """
        then = self.planned
        before, after = without_builds(then.plan), without_builds(now.plan)
        built = {change.instance for change in then.plan.changes if is_build(change)}
        return (
            after.steps == before.steps
            and _changes(after) == _changes(before)
            # A base that was built meanwhile is no reason; one that would be built, and was not shown, is.
            and all(change.instance in built for change in now.plan.changes if is_build(change))
            and now.manifest.settings == then.manifest.settings
            and all(diagnostic in then.plan.diagnostics for diagnostic in now.plan.diagnostics)
            and all(check in then.checks for check in _warnings(now))
        )

    def changed_files(self, now: Planned) -> list[str]:
        """Return a line for each file of the manifest's that is another now; empty: it was something else."""
        then = file_facts(self.planned.manifest.files)
        return [visible(line) for line in changed_files(then, file_facts(now.manifest.files))]


def _changes(plan: Plan) -> list[ResourceChange]:
    # The steps alone would not do: of a template, they have the path only.
    return [replace(change, observed=None) for change in plan.changes if change.action is not Action.NO_OP]


def _warnings(planned: Planned) -> Iterator[CheckResult]:
    return (check for check in planned.checks if check.status is not Outcome.PASS and not check.denies)
