"""Counts what an apply did, for its last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.plan import Action, StepAction, Summary
from dvm.views.styles import plural

if TYPE_CHECKING:
    from dvm.model.plan import Plan, Step


GO_ON = "`dvm plan` shows what is left, `dvm apply` does it."


class Tally(Struct):
    """The steps that ended well, failed and were skipped."""

    ended: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

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

    def end_line(self, plan: Plan) -> str:
        """Return the line an apply ends with."""
        done = self.summary(plan)
        vms = f"VMs: {done.add} added, {done.change} changed, {done.destroy} destroyed."
        return f"Apply {'complete!' if self.complete(plan) else 'incomplete.'} {vms} Scripts run: {done.setup}."

    def left(self, plan: Plan, again: str = GO_ON) -> str:
        """Return the line that says what was not done; empty if all was. `again` says how to go on."""
        not_run = len(plan.steps) - len(self.ended) - len(self.failed)
        parts = [plural(len(self.failed), "step") + " failed"] if self.failed else []
        parts += [plural(not_run, "step") + " not run"] if not_run else []
        return f"{', '.join(parts)}. {again}".rstrip() if parts else ""
