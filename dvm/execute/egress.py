"""What may leave a VM, put in force: its policy, QEMU's network at a boot, and the names that count during setup."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.checks.limactl import demand_trusted_programs
from dvm.egress.enforcer import Enforcer, enforcer
from dvm.egress.names import parse_rule
from dvm.egress.netdev import launch
from dvm.egress.place import LOOPBACK, POLICY_FILE, SETUP_FILE
from dvm.egress.policy import Policy, PolicyError, proxy_runs, read_policy, render
from dvm.errors import LimaError
from dvm.files import read_evidence
from dvm.lima.process import start_aside
from dvm.model.evidence import Role
from dvm.state.egress_log import read_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.execute.job import Job
    from dvm.lima.home import Home
    from dvm.lima.machine import Machine
    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM

_CREDENTIAL_BYTES = 24
_MOST_TOLD = 5
_LISTEN_SECONDS = 10.0
_LISTEN_PAUSE = 0.05


def write_policy(job: Job, instance: Instance) -> None:
    """Write the VM's policy into its instance's directory; without a limit there is none.

    Raises:
        OSError: it could not be written; what was there before is still there, whole.
    """
    vm = job.vm
    if not vm.limited:
        job.context.home.discard(instance.dir / POLICY_FILE)
        return
    policy = _policy(vm, instance)
    # The same bytes again would make every start a change.
    if _there(instance.dir) != policy:
        job.context.home.write(instance.dir / POLICY_FILE, render(policy))


def _policy(vm: DesiredVM, instance: Instance) -> Policy:
    names = () if isinstance(vm.config.egress, str) else vm.config.egress
    policy = Policy(
        instance=instance.name,
        vm=vm.name,
        names=tuple(map(parse_rule, sorted(names))),
        setup_names=tuple(map(parse_rule, sorted(set(vm.config.setup_egress)))),
        reached=vm.reached,
    )
    if enforcer(instance.vm_type) is Enforcer.HOST:
        return policy
    before = _there(instance.dir)
    if before is not None and before.credential and before.port:
        return policy._replace(credential=before.credential, port=before.port)

    return policy._replace(credential=secrets.token_urlsafe(_CREDENTIAL_BYTES), port=_free_port())


def _there(directory: Path) -> Policy | None:
    try:
        return read_policy(str(directory))
    except PolicyError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        number: int = probe.getsockname()[1]
        return number


def demand_trusted_wrapper() -> None:
    """See that nobody else can change what stands in for QEMU, or the Python that runs it.

    Raises:
        ChecksRefusedError: somebody can (DVM109).
    """
    words = [*launch("wrapper.py"), *launch("connector.py")]
    programs = dict.fromkeys(Path(word) for word in words if word.startswith("/"))
    demand_trusted_programs((read_evidence(program, Role.HELPER, limit=0) for program in programs), os.geteuid())


@contextlib.contextmanager
def shut_network(job: Job, instance: Instance) -> Iterator[bool]:
    """Make ready what a boot needs of a VM whose egress is limited; yield whether QEMU's network is to be shut.

    At the first boot the names of `setup_egress` count: what the template provisions runs then.

    Raises:
        ChecksRefusedError: others can change what stands in for QEMU. OSError: the policy can't be written.
        LimaError: the proxy can't listen on its port.
    """
    desired, receipt = job.change.desired, job.receipt
    if desired is not None:
        write_policy(job, instance)
    allowed = receipt.allowed if receipt is not None else None
    limited = desired.limited if desired is not None else allowed is not None and allowed.egress != "open"
    by_host = limited and enforcer(instance.vm_type) is Enforcer.HOST
    if by_host:
        demand_trusted_wrapper()
    elif limited:
        _start_listener(job.context.lima.machine, instance.dir)
    with setup_names(job.context.home, instance.dir, held=limited and instance.never_started):
        yield by_host


def _start_listener(machine: Machine, directory: Path) -> None:
    """Start the proxy that listens on the host's loopback address, where it does not run; it ends with the VM.

    Raises:
        LimaError: there is no policy, or its port is taken.
    """
    demand_trusted_wrapper()
    policy = _there(directory)
    if policy is None or not policy.port:
        raise LimaError(f"{directory / POLICY_FILE} is missing or can't be believed.", remedy="`dvm apply` writes it.")
    if proxy_runs(str(directory)):
        return
    why = machine.why_taken(policy.port)
    if not why:
        start_aside(launch("listener.py", str(directory)))
        deadline = time.monotonic() + _LISTEN_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, policy.port), 1):
                return
            time.sleep(_LISTEN_PAUSE)
        why = "is not listened on in time"
    raise LimaError(
        f"The proxy of {policy.vm} can't listen: port {policy.port} of the host {why}.",
        remedy=f"End what listens there, or remove {directory / POLICY_FILE} and apply again for another port.",
    )


def denied_names(job: Job, since: float) -> str:
    """Return what the VM was denied since a moment, with what to declare, for the failure of a setup script."""
    home, instance = job.context.home, job.change.instance
    log = read_log(home, home.of(instance), instance, since)
    if not log.denied:
        return ""
    asked = [each.shown for each in log.denied[:_MOST_TOLD]]
    more = f" and {len(log.denied) - _MOST_TOLD} more" if len(log.denied) > _MOST_TOLD else ""
    said = f"Its egress policy denied {', '.join(asked)}{more}."
    if not log.proposed:
        return said
    names = ", ".join(f'"{name}"' for name in log.proposed[:_MOST_TOLD])
    return f"{said} To allow it while setup runs, add to the VM: setup_egress = [{names}]"


@contextlib.contextmanager
def setup_names(home: Home, directory: Path, *, held: bool = True) -> Iterator[None]:
    """Let the names of `setup_egress` count while the block runs, by a lock that the kernel drops with this process.

    Raises:
        OSError: the file of the lock can't be made.
    """
    if not held:
        yield
        return
    with home.locked(directory / SETUP_FILE):
        yield
