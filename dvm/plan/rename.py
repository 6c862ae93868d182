"""Another name for a VM: the plan of `dvm mv`, and of an apply that ends one which was cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Severity
from dvm.diff.attributes import desired_attributes, observed_attributes
from dvm.diff.compare import compare
from dvm.model import intent as to
from dvm.model.instance import Status
from dvm.model.names import address, instance_name
from dvm.model.plan import (
    RENAMED,
    Action,
    AttributeChange,
    Effect,
    Plan,
    ResourceChange,
    Step,
    Summary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.model.instance import Instance, Observed
    from dvm.model.intent import Intent
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.plan import PlanOptions
    from dvm.state.renames import Renaming


def rename_plan(
    manifest: Manifest,
    observed: Observed,
    options: PlanOptions,
    renaming: Renaming,
    *,
    declares: bool,
    subdirectories: Sequence[str] = (),
) -> Plan:
    """Return the plan that makes VM `old` the VM `new`; `declares`: in the manifest too, which still has the old name.

    `subdirectories` are those in the instance's directory that hold anything.
    """
    old, new = renaming.old, renaming.new
    vm = replace(manifest.vms[old if declares else new], name=new)
    change = renaming_change(vm, renaming, observed, declares=declares)
    return Plan(
        manifest.path,
        manifest.sha256,
        observed.limactl_version,
        replace(options, targets=(new,)),
        changes=(change,),
        steps=rename_steps(change, renaming, start_seconds=int(manifest.settings.timeouts.start), declares=declares),
        owner=manifest.place,
        diagnostics=tuple(_obstacles(renaming, observed, subdirectories)),
        summary=Summary(change=1),
    )


def renaming_change(vm: DesiredVM, renaming: Renaming, observed: Observed, *, declares: bool = False) -> ResourceChange:
    """Return the change that makes the instance of VM `old` that of `vm`."""
    whole = None if renaming.torn else observed.instances.get(instance_name(renaming.old))
    notes = [f"An earlier `dvm mv {renaming.old} {renaming.new}` was cut off."] if renaming.files else []
    if declares:
        notes.append("It is renamed in the manifest as well: its declaration, and where other VMs name it.")
    if renaming.user and not renaming.running:
        notes.append("Its code directory moves at its next start.")
    old = instance_name(renaming.old)
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.UPDATE,
        reason=RENAMED,
        changes=(AttributeChange("instance", old, vm.instance, Effect.IN_PLACE),) if renaming.created else (),
        restart=renaming.running,
        notes=tuple(notes),
        # Its scripts and template are not this command's to judge.
        desired=replace(vm, scripts=(), template_file=None),
        observed=whole,
        renames=renaming.old,
    )


def rename_steps(
    change: ResourceChange,
    renaming: Renaming,
    needs: tuple[str, ...] = (),
    *,
    start_seconds: int,
    declares: bool = False,
) -> tuple[Step, ...]:
    """Return the steps of a renaming change, one after the other."""
    steps: list[Step] = []
    for intent in _intents(change, renaming, start_seconds, declares=declares):
        before = (steps[-1].id,) if steps else needs
        steps.append(Step(f"{change.address}/{intent.action}", change.address, intent, before))
    return tuple(steps)


def _intents(change: ResourceChange, renaming: Renaming, start_seconds: int, *, declares: bool) -> Iterator[Intent]:
    instance, old = change.observed, instance_name(renaming.old)
    if declares:
        yield to.Declare()
    if instance is not None and instance.status is not Status.STOPPED:
        yield to.Stop(old, force=instance.status is not Status.RUNNING)
    if not renaming.created:
        return
    yield to.Rename(old, change.instance, begun=instance is None)
    if change.desired is not None and change.desired.limited:
        # Its policy is in the instance's directory, and says whose it is.
        yield to.Egress()
    if renaming.protected:
        yield to.Protect(change.instance)
    if renaming.running:
        yield to.Start(change.instance, start_seconds)
        if renaming.user:
            yield to.MoveCode(change.instance, renaming.user, renaming.old, renaming.new)


def _obstacles(renaming: Renaming, observed: Observed, subdirectories: Sequence[str]) -> Iterator[Diagnostic]:
    old, new = observed.instances.get(instance_name(renaming.old)), observed.instances.get(instance_name(renaming.new))
    about = address(renaming.new)
    if new is not None and not renaming.torn:
        yield Diagnostic(
            Severity.ERROR,
            f"{address(renaming.old)} can't be renamed: the instance {new.name} is there.",
            "Choose another name; `dvm ls` shows what it is.",
            address=about,
        )
    if old is not None and not renaming.torn and old.status not in {Status.RUNNING, Status.STOPPED}:
        yield Diagnostic(
            Severity.ERROR,
            f"{address(renaming.old)} is {old.status or 'in no known state'} and can't be renamed.",
            f"Stop it first: `dvm stop {renaming.old}`.",
            address=about,
        )
    if old is not None and subdirectories:
        yield Diagnostic(
            Severity.ERROR,
            f"{old.dir} has a directory with something in it: {subdirectories[0]}.",
            "`limactl rename` would move the files before it, and no more. Move it out of there first.",
            address=about,
        )


def unended(renames: Mapping[str, Renaming], manifest: Manifest, observed: Observed) -> dict[str, Renaming]:
    """Return the renames that go on: the manifest has the new name, and the instance has not, or not as a whole."""
    found = {}
    for new, renaming in renames.items():
        there = observed.instances.get(instance_name(new))
        whole = there is not None and there.receipt is not None
        if new in manifest.vms and renaming.old not in manifest.vms and not whole:
            found[new] = renaming
    return found


def with_hints(planned: Sequence[ResourceChange], orphans: Mapping[str, Instance]) -> list[ResourceChange]:
    """Return the changes; a VM that seems to be an orphan under another name says so.

    An orphan fits that differs in nothing and had the same setup scripts. Where two fit there is no hint.
    """
    fitting = {
        change.name: [name for name, instance in orphans.items() if _fits(change.desired, instance)]
        for change in planned
        if change.action is Action.CREATE and change.desired is not None and change.observed is None
    }
    taken = [names[0] for names in fitting.values() if len(names) == 1]
    return [
        replace(change, notes=(*change.notes, _hint(names[0], change.name)))
        if len(names := fitting.get(change.name, [])) == 1 and taken.count(names[0]) == 1
        else change
        for change in planned
    ]


def _hint(old: str, new: str) -> str:
    return f"vm.{old} is no longer in the manifest and looks like it. If it has a new name: `dvm mv {old} {new}`."


def _fits(vm: DesiredVM | None, instance: Instance) -> bool:
    receipt = instance.receipt
    if receipt is None or vm is None:
        return False
    differing = compare(observed_attributes(instance, vm), desired_attributes(vm))
    ran = {record.sha256 for record in receipt.setup if record.succeeded}
    return all(each.name == "running" for each in differing) and ran == {script.sha256 for script in vm.scripts}
