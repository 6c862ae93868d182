"""The steps that carry out a change, in order, each with limactl's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.lima import calls, guest_calls
from dvm.lima.fields.drift import repairs
from dvm.model.instance import Status
from dvm.model.names import base_name
from dvm.model.plan import Action, Effect, Step, StepAction
from dvm.plan.change import CODE_DIR, REMAINS, vouched_for
from dvm.plan.egress import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import ResourceChange, ScriptRun
    from dvm.model.receipt import Receipt

# What is only known when a step runs; the executor puts it in, and nothing else.
MARK = "@mark@"
RUN_ID = "@run-id@"
RESTORE_ID = "@restore-id@"
BYTES = "@bytes@"
SHA256 = "@sha256@"


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
    drafts = list(_drafts(change, discard_work=discard_work, start_seconds=start_seconds))
    boots = [at for at, draft in enumerate(drafts) if draft.action is StepAction.START]
    dependent = boots[0] if boots and change.action is Action.CREATE else 0
    for at, draft in enumerate(drafts):
        steps.append(
            Step(
                _unique(steps, f"{change.address}/{draft.id}"),
                change.address,
                draft.action,
                ((steps[-1].id,) if steps else ()) + (source if at == 0 else ()) + (needs if at == dependent else ()),
                draft.argv,
                draft.script,
                draft.stdin,
            )
        )
    return tuple(steps)


def _drafts(change: ResourceChange, *, discard_work: bool, start_seconds: int) -> Iterator[Step]:
    vm, instance = change.desired, change.observed
    match change.action:
        case Action.NO_OP:
            return
        case Action.DELETE if instance is not None and change.reason in REMAINS:
            yield _draft(StepAction.CLEAN, calls.delete(instance.name))
        case Action.DELETE if instance is not None:
            yield from _deletion(instance, discard_work=discard_work)
        case Action.REPLACE if instance is not None and vm is not None:
            yield from _deletion(instance, discard_work=discard_work, keeps_work=change.keeps_work)
            yield from _creation(vm, change, start_seconds)
        case Action.CREATE if vm is not None:
            if instance is not None:
                # A base that was built to its end, and is not what it was, is ours by its receipt.
                whole = change.is_base and instance.receipt is not None
                yield _draft(StepAction.DELETE if whole else StepAction.CLEAN, calls.delete(vm.instance))
            yield from _creation(vm, change, start_seconds)
        case Action.UPDATE if instance is not None and vm is not None:
            yield from _update(vm, instance, change, start_seconds)
        case _:
            raise AssertionError(f"{change.address}: {change.action} without what it is about")


def _deletion(instance: Instance, *, discard_work: bool, keeps_work: bool = False) -> Iterator[Step]:
    receipt = instance.receipt
    made = receipt.bootstrap if receipt is not None and keeps_work else None
    if receipt is not None and has_work(instance) and not discard_work:
        kept = guest_calls.code_root(made.user) if made is not None else ""
        yield _draft(StepAction.GUARD, _guard(instance.name, receipt, kept))
    if made is not None:
        yield _draft(StepAction.BACKUP, guest_calls.archive(instance.name, made.user))
    yield _draft(StepAction.DELETE, calls.delete(instance.name))


def _guard(instance: str, receipt: Receipt, kept: str) -> tuple[str, ...]:
    made = receipt.bootstrap
    # An adopted VM was worked in before it was ours, by users and at times that no receipt knows.
    if receipt.adopted:
        return guest_calls.guard(instance, (), 0, everywhere=True, kept=kept)
    if made is None:
        return guest_calls.guard(instance, (), int(receipt.created.timestamp()), everywhere=True, kept=kept)
    # From the first bootstrap on, not from the last apply: what was written before an apply is no less lost.
    since = int(min(receipt.created, made.ended).timestamp())
    return guest_calls.guard(instance, receipt.workers, since, kept=kept)


def has_work(instance: Instance) -> bool:
    """Whether anybody can have worked in the guest.

    That takes no bootstrap: a VM that was adopted, or that was ever booted, can be entered with limactl too.
    """
    receipt = instance.receipt
    if receipt is None or base_name(instance.name) is not None:
        return False  # nobody works in a base
    return receipt.adopted or receipt.bootstrap is not None or not instance.never_started


def _creation(vm: DesiredVM, change: ResourceChange, start_seconds: int) -> Iterator[Step]:
    stdin = "" if vm.config.template.startswith("template:") else vm.config.template
    if change.origin is None:
        yield _draft(StepAction.CREATE, calls.create(vm, MARK), stdin=stdin)
    else:
        yield _draft(StepAction.CLONE, calls.clone(vm, change.origin.base, MARK))
    if vm.limited:
        yield _draft(StepAction.EGRESS, ())
    yield _draft(StepAction.VERIFY, calls.verify(vm.instance))
    if change.boots:
        yield _draft(StepAction.START, calls.start(vm.instance, timeout=start_seconds))
    yield from _guest_work(vm, change)
    if change.is_base:
        yield _draft(StepAction.SEAL, guest_calls.seal(vm))
        yield _draft(StepAction.STOP, calls.stop(vm.instance))
    elif vm.config.protect:
        yield _draft(StepAction.PROTECT, calls.protect(vm.instance, protect=True))


def _update(vm: DesiredVM, instance: Instance, change: ResourceChange, start_seconds: int) -> Iterator[Step]:
    edits = any(item.effect is Effect.RESTART for item in change.changes)
    if any(item.name == "manifest" for item in change.changes):
        yield _draft(StepAction.TAKE_OVER, ())
    if instance.status is Status.BROKEN:
        yield _draft(StepAction.STOP, calls.stop(vm.instance, force=True))
    elif instance.status is Status.RUNNING and (change.restart or change.stops):
        yield _draft(StepAction.STOP, calls.stop(vm.instance))
    yield from _edits(vm, instance, change, edits=edits)
    if any(item.name in RULES for item in change.changes):
        yield _draft(StepAction.EGRESS, ())
    if any((edits, change.template_edit, change.boots, change.restart)):
        yield _draft(StepAction.VERIFY, calls.verify(vm.instance))
    if change.boots or change.restart:
        yield _draft(StepAction.START, calls.start(vm.instance, timeout=start_seconds))
    receipt = instance.receipt
    if receipt is not None and receipt.bootstrap is not None and any(item.name == CODE_DIR for item in change.changes):
        # Before the bootstrap, which would make a new one.
        yield _draft(
            StepAction.MOVE_CODE, guest_calls.move(vm.instance, receipt.bootstrap.user, receipt.code_of, vm.name)
        )
    yield from _guest_work(vm, change)
    if any(item.name == "protect" for item in change.changes):
        action = StepAction.PROTECT if vm.config.protect else StepAction.UNPROTECT
        yield _draft(action, calls.protect(vm.instance, protect=vm.config.protect))


def _edits(vm: DesiredVM, instance: Instance, change: ResourceChange, *, edits: bool) -> Iterator[Step]:
    template = change.template_edit
    if template is not None:
        # Before the edit: one that is cut off leaves drift from the receipt, which the next plan edits in turn. Without
        # an edit too: somebody may have made it already.
        yield _draft(StepAction.TAKE_TEMPLATE, ())
    if edits:
        undone = repairs(vouched_for(instance, template), (vm.limited,)).values()
        yield _draft(StepAction.EDIT, calls.edit(vm, instance.vm_type, undone))


def _guest_work(vm: DesiredVM, change: ResourceChange) -> Iterator[Step]:
    if change.renews:
        yield _draft(StepAction.RENEW, guest_calls.renew(vm))
    if change.bootstraps:
        yield _draft(StepAction.BOOTSTRAP, guest_calls.bootstrap(vm))
    for run in change.scripts:
        argv = guest_calls.setup(vm, run, RUN_ID)
        yield _draft(StepAction.SETUP, argv, script=run, stdin=run.script.entry.script)
    if change.restores_work:
        # What the setup scripts made is theirs to make again; the work is not.
        argv = guest_calls.restore(vm.instance, vm.config.user, RESTORE_ID, BYTES, SHA256, replace=True)
        yield _draft(StepAction.RESTORE, argv)


def _draft(action: StepAction, argv: tuple[str, ...], *, script: ScriptRun | None = None, stdin: str = "") -> Step:
    return Step(str(action), "", action, (), argv, script, stdin)


def _unique(steps: list[Step], wanted: str) -> str:
    """The second setup script of a VM is `vm.app/setup-2`."""
    count = sum(step.id == wanted or step.id.startswith(f"{wanted}-") for step in steps)
    return f"{wanted}-{count + 1}" if count else wanted
