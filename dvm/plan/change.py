"""What happens to one VM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dvm.diff.attributes import desired_attributes, observed_attributes
from dvm.diff.compare import compare
from dvm.diff.configuration import configuration_changes
from dvm.model.choices import Firewall, Isolation, Run
from dvm.model.guest_network import guest_network
from dvm.model.instance import Status
from dvm.model.names import address, code_dir
from dvm.model.plan import Action, AttributeChange, Effect, ResourceChange
from dvm.model.receipt import BOOTSTRAP_VERSION
from dvm.plan.egress import NOT_IN_FORCE, RULES, not_in_force, who_holds
from dvm.plan.setup import scripts_to_run, without_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM, Script
    from dvm.model.plan import PlanOptions, ScriptRun, TemplateEdit
    from dvm.model.receipt import Receipt

REMAINS_OF_CREATE = "remains_of_create"
REMAINS_OF_DELETE = "remains_of_delete"
REMAINS_OF_BUILD = "remains_of_build"
REMAINS = frozenset({REMAINS_OF_CREATE, REMAINS_OF_DELETE, REMAINS_OF_BUILD})
"""The reasons of changes about an instance of which a create or a delete that was cut off left a part."""

MANAGED_ELSEWHERE = "managed_elsewhere"
"""The reason of a change that is none: another manifest has the VM."""
TAKEN_OVER = "taken_over"
"""The reason of a change that only makes this manifest the VM's own."""

TEMPLATE_DIGEST = "template_sha256"
"""The attribute that differs where a template file has other bytes than the one that the VM was made from."""
CODE_DIR = "code_dir"
"""The attribute that differs where the code directory has the VM's old name."""
BASE_NEEDED = "base_needed"
"""The reason why a base is built: a VM is cloned from it."""
REBUILD_REQUESTED = "rebuild_requested"
"""The reason why a base that is there is built anew."""

DECLARED = "declared"
"""The reason of a change that only makes a throwaway VM one of the manifest's."""
EPHEMERAL = "ephemeral"
"""The attribute that differs where `dvm run` made a VM that the manifest declares now."""
OF_THE_RECEIPT = frozenset({"manifest", EPHEMERAL})
"""Attributes that say whose a VM is: the receipt alone has them."""

PORT_NOT_FORWARDED = "port_not_forwarded"
"""The reason of a restart by which alone declared ports are forwarded again."""


def creation(vm: DesiredVM, *, remains: Instance | None = None, deleted: bool = False) -> ResourceChange:
    """Return the change that makes a VM; `remains` is what an earlier create of ours, or delete, left behind."""
    running = vm.config.running
    notes = list(_not_enforced(vm, None))
    if remains is not None:
        what = "delete" if deleted else "create"
        notes.append(f"An earlier {what} was cut off or failed; what it left behind is deleted first.")
    if not running:
        notes.append(first_start(len(vm.scripts)))
    notes.extend(who_holds(vm, None))
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.CREATE,
        reason=(REMAINS_OF_DELETE if deleted else REMAINS_OF_CREATE) if remains else "not_found",
        after=setup_attributes(desired_attributes(vm), vm.scripts),
        scripts=without_record(vm.scripts) if running else (),
        boots=running,
        bootstraps=running,
        notes=tuple(notes),
        desired=vm,
        observed=remains,
    )


def name_taken(vm: DesiredVM, instance: Instance) -> ResourceChange:
    """Return the change for a VM whose instance is somebody else's: none, and a check that says why."""
    because = f" ({instance.receipt_problem})" if instance.receipt_problem else ""
    whose = "this DVM does not know it" if instance.of_another_dvm else "DVM did not make it"
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.NO_OP,
        reason="name_taken",
        notes=(f"The instance {vm.instance} is there, and {whose}{because}.",),
        desired=vm,
        observed=instance,
    )


def managed_elsewhere(vm: DesiredVM, instance: Instance, manifest: str) -> ResourceChange:
    """Return the change for a VM that belongs to another manifest: none, and an error that names both."""
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.NO_OP,
        reason=MANAGED_ELSEWHERE,
        notes=(f"It is managed by {manifest}.",),
        desired=vm,
        observed=instance,
    )


def destruction(
    name: str, instance: Instance, vm: DesiredVM | None, *, requested: bool, remains: str = ""
) -> ResourceChange:
    """Return the change that destroys a managed VM; `vm` is None for an orphan, `requested`: by --destroy.

    `remains`: one of REMAINS, where only a part of it is there.
    """
    return ResourceChange(
        address(name),
        name,
        instance.name,
        Action.DELETE,
        reason=remains or ("destroy_requested" if requested else "orphan"),
        before=observed_attributes(instance, None),
        desired=vm,
        observed=instance,
    )


def replacement(vm: DesiredVM, instance: Instance) -> ResourceChange:
    """Return the change that destroys a VM and creates it again, as --replace asks."""
    before, after = observed_attributes(instance, vm), desired_attributes(vm)
    running = vm.config.running
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.REPLACE,
        reason="replace_requested",
        before=before,
        after=setup_attributes(after, vm.scripts),
        changes=tuple(change for change in compare(before, after) if change.name != "running"),
        scripts=without_record(vm.scripts) if running else (),
        boots=running,
        bootstraps=running,
        notes=() if running else (first_start(len(vm.scripts)),),
        desired=vm,
        observed=instance,
    )


def update(
    vm: DesiredVM,
    instance: Instance,
    options: PlanOptions,
    *,
    owner: Path | None = None,
    template: TemplateEdit | None = None,
) -> ResourceChange:
    """Return what brings a managed VM to what the manifest wants, or a change that is none.

    `owner`: the manifest, where it takes the VM over from one that is gone. `template`: what its template file says
    now, where an edit does.
    """
    receipt = instance.receipt
    before, after = observed_attributes(instance, vm), desired_attributes(vm)
    differing = tuple(_differing(vm, vouched_for(instance, template), compare(before, after), template))
    withheld = tuple(change for change in differing if change.effect is Effect.REPLACE)
    changes = tuple(change for change in differing if change.effect is not Effect.REPLACE)
    runs = scripts_to_run(vm, receipt, rerun=options.rerun_setup and vm.config.running)
    bootstraps = guest_is_behind(vm, instance) or any(c.effect is Effect.BOOTSTRAP for c in changes)
    notes: list[str] = list(_not_enforced(vm, receipt))
    waiting: tuple[AttributeChange, ...] = ()
    waiting_scripts: tuple[ScriptRun, ...] = ()
    for change, note in _of_the_receipt(instance, owner):
        notes.append(note)
        changes = (change, *changes)
    if moves := code_moves(vm, instance):
        if vm.config.running:
            changes = (*changes, *moves)
        else:
            notes.append("Its code directory moves to the VM's name at its next start.")
    if not vm.config.running:
        # Guest work needs a running guest; it waits for the first start and is no change until then.
        pending = tuple(run for run in runs if run.script.entry.run is not Run.ALWAYS or run.previous is None)
        if receipt is None or receipt.bootstrap is None:
            notes.append(first_start(len(pending)))
        else:
            if options.rerun_setup:
                notes.append("It is left stopped (running = false): --rerun-setup runs nothing in it.")
            # It was set up before: what it was set up with differs now, and that is drift.
            waiting = tuple(change for change in changes if change.effect is Effect.BOOTSTRAP)
            waiting_scripts = pending
        changes = tuple(change for change in changes if change.effect is not Effect.BOOTSTRAP)
        runs, bootstraps = (), False
    fixes = instance.status is Status.BROKEN
    if fixes:
        notes.append(
            "The instance is Broken: it is stopped by force first, as if its power were cut. "
            "What runs in it ends, and what it has not yet written to its disk is lost."
        )
    notes.extend(_left_in_the_guest(vm, changes))
    edits = any(change.effect is Effect.RESTART for change in changes)
    running = instance.status is Status.RUNNING
    dead = instance.dead_ports(port.host for port in vm.config.ports) if vm.config.running else {}
    notes.extend(_not_forwarded(port, why) for port, why in dead.items())
    unshut = tuple(not_in_force(vm, instance)) if vm.config.running else ()
    notes.extend(unshut)
    if any(change.name in RULES for change in changes):
        notes.extend(who_holds(vm, instance))
    restart = (edits or bool(dead or unshut)) and running and vm.config.running
    boots = vm.config.running and not running
    stops = not vm.config.running and running
    acts = bool(changes or runs or bootstraps or fixes or dead or unshut)
    reason = _reason(changes, runs, fixes=fixes, boots=boots, dead=bool(dead), unshut=bool(unshut))
    quiet = "withheld" if withheld else "waits_for_start" if waiting or waiting_scripts else ""
    return ResourceChange(
        vm.address,
        vm.name,
        vm.instance,
        Action.UPDATE if acts else Action.NO_OP,
        reason=reason if acts else quiet,
        before=setup_attributes(before, ()) if acts else before,
        after=setup_attributes(after, vm.scripts) if acts else after,
        changes=changes,
        scripts=runs,
        restart=restart,
        boots=boots,
        stops=stops,
        bootstraps=bootstraps,
        renews=bootstraps and waits_for_renewal(instance),
        withheld=withheld,
        waiting=waiting,
        waiting_scripts=waiting_scripts,
        notes=tuple(notes),
        desired=vm,
        observed=instance,
        template_edit=template,
    )


def _left_in_the_guest(vm: DesiredVM, changes: Sequence[AttributeChange]) -> Iterator[str]:
    """Yield what no change of a VM that is there takes out of its guest."""
    if any(each.name == "isolation" and each.new is Isolation.STRICT for each in changes):
        yield (
            "Lima's guest agent stays installed in the guest, as root. Only a new VM is without it: "
            f"`dvm apply --replace {vm.name}`."
        )


def _of_the_receipt(instance: Instance, owner: Path | None) -> Iterator[tuple[AttributeChange, str]]:
    """Yield what the receipt is to say of whose the VM is, each with its note."""
    if owner is not None:
        made_by = None if instance.owner is None else str(instance.owner.path)
        whose = "It does not say which manifest made it" if made_by is None else f"{made_by} made it, and is gone"
        note = f"{whose}: this manifest takes it over."
        yield AttributeChange("manifest", made_by, str(owner), Effect.IN_PLACE), note
    if instance.receipt is not None and instance.receipt.ephemeral:
        note = "`dvm run` made it for one session. The manifest declares it now: it stays."
        yield AttributeChange(EPHEMERAL, old=True, new=False, effect=Effect.IN_PLACE), note


def _differing(
    vm: DesiredVM, instance: Instance, compared: Sequence[AttributeChange], template: TemplateEdit | None
) -> Iterator[AttributeChange]:
    for change in compared:
        # What the edit for a template does is listed field by field.
        edited = template is not None and change.name == TEMPLATE_DIGEST
        yield replace(change, effect=Effect.IN_PLACE) if edited else change
    # Where the rule changes, the edit that this takes sets its variables too.
    limited = () if any(change.name == "egress" for change in compared) else (vm.limited,)
    yield from configuration_changes(instance, limited)


def vouched_for(instance: Instance, template: TemplateEdit | None) -> Instance:
    """Return the instance with the receipt that it has once its template's change is taken over."""
    if template is None or instance.receipt is None:
        return instance
    return replace(instance, receipt=template.vouching(instance.receipt))


def code_moves(vm: DesiredVM, instance: Instance) -> tuple[AttributeChange, ...]:
    """Return the change of the code directory, where a rename left it under the VM's old name."""
    receipt = instance.receipt
    if receipt is None or not receipt.code_of or receipt.bootstrap is None:
        return ()
    user = receipt.bootstrap.user
    return (AttributeChange(CODE_DIR, code_dir(user, receipt.code_of), code_dir(user, vm.name), Effect.IN_PLACE),)


def guest_is_behind(vm: DesiredVM, instance: Instance) -> bool:
    """Whether a guest has not all that a bootstrap of this version would set up in it."""
    made = instance.receipt.bootstrap if instance.receipt is not None else None
    if made is None or made.version < BOOTSTRAP_VERSION:
        return True
    wanted = guest_network(vm, instance.vm_type)
    told = (made.firewall, made.proxied, made.reach)
    return told != (wanted.firewall, bool(wanted.proxy), dict(wanted.reach))


def _not_enforced(vm: DesiredVM, receipt: Receipt | None) -> Iterator[str]:
    """Yield what the manifest asks of the guest's firewall and does not get."""
    config, made = vm.config, receipt.bootstrap if receipt is not None else None
    if config.host_loopback or config.egress != "open":
        return
    why = ""
    if config.sudo:
        why = "DVM_USER may use sudo"
    elif made is not None and made.firewall is Firewall.LOOPBACK and not made.firewall_tool:
        why = made.firewall_missing or "the guest does not say why"
    if why:
        yield f"host_loopback = false is not enforced: {why}. The guest reaches what listens on this host's 127.0.0.1."


def waits_for_renewal(instance: Instance) -> bool:
    """Whether an instance is a clone that still has the identity of its base."""
    origin = instance.receipt.origin if instance.receipt is not None else None
    return origin is not None and origin.renewed is None


def guest_differs(vm: DesiredVM, instance: Instance) -> bool:
    """Whether a VM that was bootstrapped differs in what a bootstrap makes: DVM_USER, its rights and its ids."""
    if guest_is_behind(vm, instance):
        return True
    differing = compare(observed_attributes(instance, vm), desired_attributes(vm))
    return any(change.effect is Effect.BOOTSTRAP for change in differing)


def _not_forwarded(port: int, why: str) -> str:
    because = f": {why}" if why else ", as after a reboot inside the guest"
    return f"Port {port} is not forwarded (DVM316){because}. A restart forwards it again."


def _reason(
    changes: Sequence[AttributeChange], runs: Sequence[ScriptRun], *, fixes: bool, boots: bool, dead: bool, unshut: bool
) -> str:
    reasons = {
        "broken": fixes,
        PORT_NOT_FORWARDED: dead and not changes,
        NOT_IN_FORCE: unshut and not changes,
        "drift": any(change.name not in {"running", *OF_THE_RECEIPT} for change in changes),
        DECLARED: bool(changes) and all(change.name == EPHEMERAL for change in changes),
        TAKEN_OVER: bool(changes) and all(change.name in OF_THE_RECEIPT for change in changes),
        "not_running": boots,
        "should_stop": bool(changes),
        "setup": bool(runs),
    }
    return next((reason for reason, counts in reasons.items() if counts), "bootstrap")


def first_start(scripts: int) -> str:
    """Return the note of a VM that is left stopped, whose bootstrap and so many setup scripts have yet to run."""
    what = f"bootstrap and {scripts} setup script{'' if scripts == 1 else 's'} wait" if scripts else "bootstrap waits"
    return f"It is left stopped (running = false): {what} for its first start."


def setup_attributes(attributes: dict[str, Any], scripts: Sequence[Script]) -> dict[str, Any]:
    """Return attributes with the setup scripts beside them."""
    setup = [
        {"script": s.entry.script, "sha256": s.sha256, "as": str(s.entry.as_), "run": str(s.entry.run)} for s in scripts
    ]
    return attributes | ({"setup": setup} if setup else {})
