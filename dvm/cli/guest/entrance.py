"""The way into a guest: who is asked for, and that its posture is right at this very moment."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.instances.name_taken import remedy_of
from dvm.checks.posture import verify
from dvm.checks.subjects import InstanceSubject
from dvm.cli.prefetch import prefetch
from dvm.egress.enforcer import Enforcer, enforcer
from dvm.errors import DvmError, ElsewhereError, RefusedError, UnknownVMError, UsageError
from dvm.manifest.paths import manifest_path
from dvm.model.choices import Firewall
from dvm.model.instance import Status
from dvm.model.names import NAME_RULE, SOCKET_PATH_MAX, address, instance_name, is_base, is_name, plain_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.checks.posture import VerifiedInstance
    from dvm.cli.host import Host
    from dvm.lima.sessions import Guest
    from dvm.lima.ssh.connection import Connection
    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.receipt import Allowance


class Entrance(Struct, frozen=True):
    """A guest that may be talked to. Without a `VerifiedInstance` there is none."""

    verified: VerifiedInstance
    guest: Guest
    connection: Connection


def named(text: str) -> str:
    """Return the VM that `app`, `vm.app` or `dvm-app` names.

    Raises:
        UsageError: it can't be a VM's name; it is a base's.
    """
    if is_base(text):
        raise UsageError(
            f"{visible(text[:SOCKET_PATH_MAX])} is a base: it is cloned, and never entered, started or copied to.",
            detail="It stays as it was built, or no VM is cloned from it any more.",
            remedy="Name a VM that has it as its base, or build it anew with `dvm apply --rebuild-base`.",
        )
    name = plain_name(text)
    # A socket's path has the name in it; what is longer is no file name either.
    if is_name(name) and len(name) > SOCKET_PATH_MAX:
        raise UsageError(
            f'"{visible(text[:SOCKET_PATH_MAX])}…" is too long for the name of a VM.',
            detail="It is in the paths of Lima's sockets, which are short.",
        )
    if not is_name(name):
        raise UsageError(
            f'"{visible(text[:SOCKET_PATH_MAX])}" can\'t be the name of a VM.',
            detail=f"{NAME_RULE[0].upper()}{NAME_RULE[1:]}.",
            remedy="`dvm ls` shows the VMs.",
        )
    return name


def enter(host: Host, vm: str, manifest: Path | None, kind: str, *, bootstrapped: bool = True) -> Entrance:
    """Look at one instance as it is now, and let nobody in whose posture is not right.

    `kind` is what the journal calls the session. `bootstrapped`: it is one of DVM_USER's, so there must be one.

    Raises:
        RefusedError: a security check denies.
        DvmError: it does not run, is not DVM's, or was never bootstrapped.
    """
    name = named(vm)
    with prefetch(host, manifest, instance_name(name), version=False) as look:
        # What takes time to import is imported from here on, while limactl works.
        from dvm.state.journal import Journal
        from dvm.state.known import agreed, agreement, note_agreement

        before = agreed(host.state, name)
        digest = _digest(host, manifest) if before else None
        found = None if digest else declared(host, manifest)
        from dvm.lima.sessions import Guest
        from dvm.observe.host import observe_one

        instance = observe_one(look(), instance_name(name))
    allowed = instance.receipt.allowed if instance is not None and instance.receipt is not None else None
    if digest is not None and (allowed is None or agreement(digest, allowed) != before):
        found = declared(host, manifest)
    instance = demand_managed(name, instance, found)
    if instance.boots:
        from dvm.lima.ssh.master import BootingError

        raise BootingError(address(name), "Lima has just begun to start it.")
    desired = declaration_of(name, instance, found)
    with _advised(instance, found):
        verified = verify(InstanceSubject(instance, desired, host.lima_config()))
    if found is not None and desired is not None and allowed == desired.allowed and not host.warned:
        note_agreement(host.state, name, agreement(found.sha256, desired.allowed))
    if instance.status is not Status.RUNNING:
        raise DvmError(f"{address(name)} is {instance.status or 'in no known state'}.", remedy=f"dvm start {name}")
    made = instance.receipt.bootstrap if instance.receipt else None
    if made is None and bootstrapped:
        raise DvmError(
            f"{address(name)} was never bootstrapped: there is no DVM_USER in it.", remedy=f"dvm apply {name}"
        )
    with _advised(instance, found):
        _demand_held(name, instance, limited=desired.limited if desired is not None else _is_limited(allowed))
    connection = host.connection(verified.instance, address(name))
    Journal(host.state).begin_session(vm=name, instance=instance.name, kind=kind)
    return Entrance(verified, Guest(instance.name, name, "" if made is None else made.user), connection)


def _is_limited(allowed: Allowance | None) -> bool:
    return allowed is not None and allowed.egress != "open"


def _demand_held(name: str, instance: Instance, *, limited: bool) -> None:
    """See that the guest's firewall was set up, where it is what holds the VM's egress.

    Raises:
        RefusedError: it was not (DVM315).
    """
    made = instance.receipt.bootstrap if instance.receipt else None
    if not limited or made is None or enforcer(instance.vm_type) is Enforcer.HOST:
        return
    if made.firewall is not Firewall.EGRESS or not made.firewall_tool:
        raise RefusedError(
            f"{address(name)} did not pass the security checks: DVM315.",
            detail="Its egress rule is held in the guest on this driver, and was not put in force there.",
            remedy=f"dvm apply {name}",
        )


def _digest(host: Host, manifest: Path | None) -> str | None:
    from dvm.manifest.digest import manifest_digest

    return manifest_digest(manifest_path(manifest, host.environment))


def declared(host: Host, manifest: Path | None) -> Manifest | None:
    """Return the manifest as far as it can be read; None: there is none at all."""
    from dvm.cli.manifest import manifest_or_none

    return manifest_or_none(host, manifest, readable=True)


def declaration_of(name: str, instance: Instance, manifest: Manifest | None) -> DesiredVM | None:
    """Return what the manifest declares of a VM; None, and its receipt holds, where it is another manifest's."""
    return None if manifest is None or _is_elsewhere(instance, manifest) else manifest.vms.get(name)


def _is_elsewhere(instance: Instance, manifest: Manifest | None) -> bool:
    from dvm.model.owner import Ownership, ownership

    return manifest is not None and ownership(instance, manifest.place) is Ownership.OTHERS


@contextmanager
def _advised(instance: Instance, manifest: Manifest | None) -> Iterator[None]:
    """Let a refusal name the manifest that can put right what is wrong, where that is another one."""
    try:
        yield
    except DvmError as error:
        if _is_elsewhere(instance, manifest) and instance.owner is not None:
            import shlex

            error.remedy = f"Name its manifest, and apply that: -f {shlex.quote(str(instance.owner.path))}"
        raise


def demand_ours(name: str, instance: Instance | None, manifest: Manifest) -> Instance:
    """Return the instance if it is DVM's, and not another manifest's.

    Raises:
        DvmError: it is not there, or somebody else's.
    """
    from dvm.model.owner import Ownership, ownership

    found = demand_managed(name, instance, manifest)
    if ownership(found, manifest.place) is Ownership.OTHERS and found.owner is not None:
        raise ElsewhereError(name, str(found.owner.path))
    return found


def demand_managed(name: str, instance: Instance | None, manifest: Manifest | None) -> Instance:
    """Return the instance if it is DVM's; `manifest` as far as it can be read, None: there is none, or none is needed.

    Raises:
        DvmError: it is not there, or somebody else's.
    """
    if instance is None:
        vms: Mapping[str, DesiredVM] = manifest.vms if manifest is not None else {}
        if name not in vms:
            if manifest is not None and name in manifest.unread:
                raise DvmError(
                    f"{address(name)} is not created yet, and its declaration has a mistake.", remedy="dvm validate"
                )
            raise UnknownVMError(name, vms)
        raise DvmError(f"{address(name)} is not created yet.", remedy=f"dvm apply {name}")
    if instance.receipt is None:
        declared = manifest is not None and name in manifest.vms
        remedy = remedy_of(instance, declared=declared)
        if instance.of_another_dvm:
            raise DvmError(f"{instance.name} is not known: {instance.receipt_problem}.", remedy=remedy)
        because = f" ({instance.receipt_problem})" if instance.receipt_problem else ""
        raise DvmError(
            f"{instance.name} is not DVM's{because}.",
            detail="DVM touches no instance that it did not make.",
            remedy=remedy
            if declared or instance.receipt_problem
            else f"Adopt it with `dvm import {instance.name}`, or use `limactl shell {instance.name}`.",
        )
    return instance
