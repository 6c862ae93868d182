"""What `dvm verify` gathers: the host's look at an instance and at its sockets, and the probes inside."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.checks.posture import posture, verify
from dvm.checks.subjects import InstanceSubject
from dvm.checks.walls.evidence import Evidence, GuestReport, Promise
from dvm.checks.walls.table import judge
from dvm.cli.guest.entrance import declaration_of, declared, demand_managed
from dvm.cli.prefetch import prefetch
from dvm.errors import DvmError
from dvm.lima.listeners import listeners
from dvm.lima.sessions import Guest
from dvm.lima.ssh.master import BootingError
from dvm.model.instance import Status
from dvm.model.names import address, instance_name, vm_name
from dvm.observe.host import observe_one
from dvm.observe.loopback import LoopbackListener
from dvm.state.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.model.instance import Instance
    from dvm.model.wall import WallCheck

_SECONDS = 180
# Lima's guest agent looks for new listeners every three seconds; without an agent nobody does.
_WAIT_WITH_AGENT, _WAIT = 6, 1


def verify_walls(host: Host, name: str, manifest: Path | None) -> tuple[WallCheck, ...]:
    """Try every wall around one VM and return what was seen.

    Nobody goes in where a check denies: then that is what was seen, and what is tried from inside has no answer.

    Raises:
        DvmError: it is not there, not DVM's, or does not run; or Lima does not answer.
    """
    subject = _look(host, name, manifest)
    instance = subject.instance
    denied = [result for result in posture(subject, fixed=False) if result.denies]
    token, why, report = secrets.token_hex(12), "", None
    file = host.state.working_directory / f"verify-{token}"
    arrived: frozenset[str] = frozenset()
    if denied:
        why = f"not tried: nobody goes in while {', '.join(sorted({each.code for each in denied}))} denies"
    else:
        # A journal that can't be written says nothing of a wall.
        Journal(host.state).begin_session(vm=name, instance=instance.name, kind="verify")
        with LoopbackListener() as listener:
            try:
                report = _from_inside(host, subject, token, file, listener.ports)
            except DvmError as error:
                why = error.summary
            arrived = listener.arrived()
    return judge(
        Evidence(
            instance=instance,
            promise=Promise.of(subject.desired, instance),
            denied=denied,
            listeners=listeners(host.machine, instance.dir),
            token=token,
            arrived=arrived,
            file=str(file),
            guest=report,
            no_guest=why,
        )
    )


def _look(host: Host, name: str, manifest: Path | None) -> InstanceSubject:
    with prefetch(host, manifest, instance_name(name), version=False) as look:
        found = declared(host, manifest)
        instance = demand_managed(name, observe_one(look(), instance_name(name)), found)
        desired = declaration_of(name, instance, found)
    if instance.boots:
        raise BootingError(address(name), "Lima has just begun to start it.")
    if instance.status not in {Status.RUNNING, Status.BROKEN}:
        raise DvmError(f"{address(name)} is {instance.status or 'in no known state'}.", remedy=f"dvm start {name}")
    return InstanceSubject(instance, desired, host.lima_config())


def _from_inside(host: Host, subject: InstanceSubject, token: str, file: Path, ports: tuple[int, int]) -> GuestReport:
    instance = verify(subject).instance
    name = vm_name(instance.name) or instance.name
    made = instance.receipt.bootstrap if instance.receipt else None
    if made is None:
        raise DvmError(f"{address(name)} was never bootstrapped: there is no DVM_USER in it.")
    guest = Guest(instance.name, name, made.user)
    allowed = subject.allowed
    limited = allowed is not None and allowed.egress != "open"
    call = guest.verify(token, str(file), ports, _wait(instance), limited=limited)
    connection = host.connection(instance, address(name))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        return GuestReport.of(connection.ask(call, timeout=_SECONDS).proven().lines)
    finally:
        with suppress(OSError):
            file.unlink()


def _wait(instance: Instance) -> int:
    return _WAIT if instance.posture is not None and instance.posture.plain else _WAIT_WITH_AGENT
