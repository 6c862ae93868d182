"""The steps that carry out a change, in order, each with what it is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.lima.fields.drift import repairs
from dvm.model import intent as to
from dvm.model.instance import Status
from dvm.model.names import code_root
from dvm.model.plan import Action, Effect, Step
from dvm.plan.change import CODE_DIR, OF_THE_RECEIPT, REMAINS, vouched_for
from dvm.plan.egress import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.instance import Instance
    from dvm.model.intent import Intent
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import ResourceChange
    from dvm.model.receipt import Receipt


def steps_of(
    change: ResourceChange,
    needs: tuple[str, ...] = (),
    *,
    source: tuple[str, ...] = (),
    discard_work: bool = False,
    start_seconds: int = 600,
) -> tuple[Step, ...]:
    """Return the steps of one change, each of which needs its predecessor.

    What depends on other VMs needs `needs` too: the boot of a new VM, which is created while the others boot; else the
    first step, so that nothing is stopped or destroyed for one that may fail. The first one needs `source`, the build
    of the base that it is cloned from.
    `start_seconds`: how long Lima is to wait for a boot.
    """
    steps: list[Step] = []
    intents = list(_intents(change, discard_work=discard_work, start_seconds=start_seconds))
    boots = [at for at, intent in enumerate(intents) if isinstance(intent, to.Start)]
    dependent = boots[0] if boots and change.action is Action.CREATE else 0
    for at, intent in enumerate(intents):
        steps.append(
            Step(
                _unique(steps, f"{change.address}/{intent.action}"),
                change.address,
                intent,
                ((steps[-1].id,) if steps else ()) + (source if at == 0 else ()) + (needs if at == dependent else ()),
            )
        )
    return tuple(steps)


def _intents(change: ResourceChange, *, discard_work: bool, start_seconds: int) -> Iterator[Intent]:
    vm, instance = change.desired, change.observed
    match change.action:
        case Action.NO_OP:
            return
        case Action.DELETE if instance is not None and change.reason in REMAINS:
            yield to.Clean(instance.name)
        case Action.DELETE if instance is not None:
            yield from _deletion(instance, discard_work=discard_work)
        case Action.REPLACE if instance is not None and vm is not None:
            yield from _deletion(instance, discard_work=discard_work, keeps_work=change.keeps_work)
            yield from _creation(vm, change, start_seconds)
        case Action.CREATE if vm is not None:
            if instance is not None:
                # A base that was built to its end, and is not what it was, is ours by its receipt.
                whole = change.is_base and instance.receipt is not None
                yield to.Delete(vm.instance) if whole else to.Clean(vm.instance)
            yield from _creation(vm, change, start_seconds)
        case Action.UPDATE if instance is not None and vm is not None:
            yield from _update(vm, instance, change, start_seconds)
        case _:
            raise AssertionError(f"{change.address}: {change.action} without what it is about")


def _deletion(instance: Instance, *, discard_work: bool, keeps_work: bool = False) -> Iterator[Intent]:
    receipt = instance.receipt
    made = receipt.bootstrap if receipt is not None and keeps_work else None
    if receipt is not None and instance.has_work and not discard_work:
        yield _guard(instance.name, receipt, code_root(made.user) if made is not None else "")
    if made is not None:
        yield to.BackUp(instance.name, made.user)
    yield to.Delete(instance.name)


def _guard(instance: str, receipt: Receipt, kept: str) -> to.Guard:
    made = receipt.bootstrap
    # An adopted VM was worked in before it was ours, by users and at times that no receipt knows.
    if receipt.adopted:
        return to.Guard(instance, (), 0, everywhere=True, kept=kept)
    if made is None:
        return to.Guard(instance, (), int(receipt.created.timestamp()), everywhere=True, kept=kept)
    # From the first bootstrap on, not from the last apply: what was written before an apply is no less lost.
    since = int(min(receipt.created, made.ended).timestamp())
    # Of a VM that was made from its template nothing below the code directories is older than the VM: age is no matter.
    return to.Guard(instance, tuple(receipt.workers), since, kept=kept, all_files=receipt.origin is None)


def _creation(vm: DesiredVM, change: ResourceChange, start_seconds: int) -> Iterator[Intent]:
    yield to.Create(vm) if change.origin is None else to.Clone(vm, change.origin.base)
    if vm.limited:
        yield to.Egress()
    yield to.Verify(vm.instance)
    if change.boots:
        yield to.Start(vm.instance, start_seconds)
    yield from _guest_work(vm, change)
    if change.is_base:
        yield to.Seal(vm.instance)
        yield to.Stop(vm.instance)
    elif vm.config.protect:
        yield to.Protect(vm.instance)


def _update(vm: DesiredVM, instance: Instance, change: ResourceChange, start_seconds: int) -> Iterator[Intent]:
    edits = any(item.effect is Effect.RESTART for item in change.changes)
    if any(item.name in OF_THE_RECEIPT for item in change.changes):
        yield to.TakeOver()
    if instance.status is Status.BROKEN:
        yield to.Stop(vm.instance, force=True)
    elif instance.status is Status.RUNNING and (change.restart or change.stops):
        yield to.Stop(vm.instance)
    yield from _edits(vm, instance, change, edits=edits)
    if any(item.name in RULES for item in change.changes):
        yield to.Egress()
    if any((edits, change.template_edit, change.boots, change.restart)):
        yield to.Verify(vm.instance)
    if change.boots or change.restart:
        yield to.Start(vm.instance, start_seconds)
    receipt = instance.receipt
    if receipt is not None and receipt.bootstrap is not None and any(item.name == CODE_DIR for item in change.changes):
        # Before the bootstrap, which would make a new one.
        yield to.MoveCode(vm.instance, receipt.bootstrap.user, receipt.code_of, vm.name)
    yield from _guest_work(vm, change)
    if any(item.name == "protect" for item in change.changes):
        yield to.Protect(vm.instance) if vm.config.protect else to.Unprotect(vm.instance)


def _edits(vm: DesiredVM, instance: Instance, change: ResourceChange, *, edits: bool) -> Iterator[Intent]:
    template = change.template_edit
    if template is not None:
        # Before the edit: one that is cut off leaves drift from the receipt, which the next plan edits in turn. Without
        # an edit too: somebody may have made it already.
        yield to.TakeTemplate()
    if edits:
        undone = repairs(vouched_for(instance, template), (vm.limited,)).values()
        yield to.Edit(vm, instance.vm_type, tuple(undone))


def _guest_work(vm: DesiredVM, change: ResourceChange) -> Iterator[Intent]:
    if change.renews:
        yield to.Renew(vm.instance)
    if change.bootstraps:
        yield to.Bootstrap(vm)
    for run in change.scripts:
        yield to.Setup(vm, run)
    if change.restores_work:
        # What the setup scripts made is theirs to make again; the work is not.
        yield to.Restore(vm.instance, vm.config.user)


def _unique(steps: list[Step], wanted: str) -> str:
    """The second setup script of a VM is `vm.app/setup-2`."""
    count = sum(step.id == wanted or step.id.startswith(f"{wanted}-") for step in steps)
    return f"{wanted}-{count + 1}" if count else wanted
