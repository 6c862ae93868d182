"""What a plan is about: the VMs whose files and instances are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.plan import Action, StepAction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.model.manifest import DesiredVM, Manifest, Script
    from dvm.model.plan import Plan, ResourceChange


class Scope(Struct, frozen=True):
    """A plan with the manifest it was made from. `names`: the VMs it targets or touches, or all there are."""

    plan: Plan
    manifest: Manifest
    names: frozenset[str]
    changes: Mapping[str, ResourceChange]
    steps: Mapping[str, frozenset[StepAction]] = field(default_factory=dict)
    """What is done, by the name of the VM."""

    @classmethod
    def of(cls, plan: Plan, manifest: Manifest) -> Scope:
        """Return the scope of a plan."""
        changes = {change.name: change for change in plan.changes}
        asked = {*plan.options.targets, *plan.options.replace} if plan.options.targets else set(manifest.vms)
        by_address = {change.address: change.name for change in plan.changes}
        steps: dict[str, set[StepAction]] = {}
        for step in plan.steps:
            steps.setdefault(by_address.get(step.address, step.address), set()).add(step.action)
        return cls(
            plan,
            manifest,
            frozenset({*asked, *changes}),
            changes,
            {k: frozenset(v) for k, v in steps.items()},
        )

    def desired(self, name: str) -> DesiredVM | None:
        """Return the VM as the plan means to make it, or as the manifest has it."""
        change = self.changes.get(name)
        if change is not None and change.desired is not None:
            return change.desired
        return self.manifest.vms.get(name)

    def does(self, name: str, action: StepAction) -> bool:
        """Whether the plan has such a step for a VM."""
        return action in self.steps.get(name, frozenset())

    def built(self) -> Iterator[DesiredVM]:
        """Yield the VMs whose template and scripts count: not those that the plan only destroys."""
        for name in sorted(self.names):
            change, desired = self.changes.get(name), self.desired(name)
            going = self.plan.options.destroy if change is None else change.action is Action.DELETE
            if desired is not None and not going:
                yield desired

    def scripts(self) -> Iterator[tuple[Script, DesiredVM]]:
        """Yield each setup script with its VM: those that the manifest names, and those that the steps would
        run.

        They are the same in a plan made from this manifest; the bytes that run are checked even if it was
        not.
        """
        for vm in self.built():
            yield from ((script, vm) for script in vm.scripts)
        by_address = {change.address: change.desired for change in self.plan.changes}
        for step in self.plan.steps:
            desired = by_address.get(step.address)
            if step.script is not None and desired is not None:
                yield step.script.script, desired
