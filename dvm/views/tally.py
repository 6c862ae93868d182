"""Counts what an apply did, for its last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.plan import Action, StepAction, Summary
from dvm.views.styles import plural

if TYPE_CHECKING:
    from dvm.model.plan import Plan, Step


GO_ON = "`dvm plan` shows what is left, `dvm apply` does it."


ONCE_FIXED = "Once that is fixed, "
"""How a sentence begins that says how to go on after a failure."""


class Command(Struct, frozen=True):
    """How a command whose steps are shown speaks of itself."""

    name: str = "Apply"
    """As in `Apply complete!`."""
    participle: str = ""
    """What it does to each VM, as in `VMs: 2 stopped.`; empty: all that an apply may do is counted."""
    go_on: str = GO_ON
    """The sentence that says how to go on where not all was done."""
    option: str = ""
    """What a command in advice needs to work on the same manifest."""
    after_plan: bool = True
    """Whether a plan is shown before."""


APPLY = Command()
DESTROY = Command("Destroy", "destroyed", after_plan=False)


class Tally(Struct):
    """The steps that ended well, failed, were ended by an interrupt, and were skipped."""

    ended: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    interrupted: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def not_ended(self, step: Step, *, interrupted: bool) -> None:
        """Count a step that did not end well."""
        (self.interrupted if interrupted else self.failed).append(step.id)

    def complete(self, plan: Plan) -> bool:
        """Return whether every step of the plan ended well."""
        return all(step.id in self.ended for step in plan.steps)

    def summary(self, plan: Plan) -> Summary:
        """Return what was done; a replaced VM counts as destroyed and as added, each once it is so."""
        steps: dict[str, list[Step]] = {}
        for step in plan.steps:
            steps.setdefault(step.address, []).append(step)
        add = change = destroy = 0
        for item in plan.changes:
            own = steps.get(item.address, [])
            whole = bool(own) and all(step.id in self.ended for step in own)
            gone = any(step.action is StepAction.DELETE and step.id in self.ended for step in own)
            destroy += item.action in (Action.DELETE, Action.REPLACE) and gone
            add += item.action in (Action.CREATE, Action.REPLACE) and whole
            change += item.action is Action.UPDATE and (whole or not own)
        scripts = sum(step.action is StepAction.SETUP and step.id in self.ended for step in plan.steps)
        return Summary(add=add, change=change, destroy=destroy, setup=scripts)

    def end_line(self, plan: Plan, command: Command = APPLY) -> str:
        """Return the line a command ends with."""
        done = self.summary(plan)
        end = f"{command.name} {'complete!' if self.complete(plan) else 'incomplete.'}"
        scripts = f" Scripts run: {done.setup}."
        if not command.participle:
            return f"{end} VMs: {done.add} added, {done.change} changed, {done.destroy} destroyed.{scripts}"
        return f"{end} VMs: {self._whole(plan)} {command.participle}.{scripts if done.setup else ''}"

    def _whole(self, plan: Plan) -> int:
        """Return of how many VMs each step ended well."""
        unfinished = {step.address for step in plan.steps if step.id not in self.ended}
        return len({step.address for step in plan.steps} - unfinished)

    def left(self, plan: Plan, command: Command = APPLY) -> str:
        """Return the line that says what was not done, and how to go on; empty if all was."""
        not_run = len(plan.steps) - len(self.ended) - len(self.failed) - len(self.interrupted)
        parts = [plural(len(self.failed), "step") + " failed"] if self.failed else []
        parts += [plural(len(self.interrupted), "step") + " interrupted"] if self.interrupted else []
        parts += [plural(not_run, "step") + " not run"] if not_run else []
        # After an interrupt alone there is nothing to fix.
        go_on = command.go_on if self.failed else command.go_on.removeprefix(ONCE_FIXED)
        return f"{', '.join(parts)}. {go_on}".rstrip() if parts else ""
