"""DVM316: a declared port that no process of the VM serves on the host, or that none could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import label
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.checks.subjects import InstanceSubject
    from dvm.model.manifest import DesiredVM


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance, desired = subject.instance, subject.desired
    if desired is None:
        return
    for port, why in instance.dead_ports(port.host for port in desired.config.ports).items():
        because = f" Lima said: {visible(why)}." if why else ""
        yield Finding(label(instance), f"No process of {instance.name} serves port {port} on 127.0.0.1.{because}")


CHECK: Check[InstanceSubject] = Check(
    code="DVM316",
    severity=Weight.DENY,
    title="Declared port not forwarded",
    why=(
        "`limactl start` ends well where a declared port can't be bound, and a reboot inside the guest ends every "
        "forward without a word. What then listens on the port of the host is another program, or nothing. So after "
        "each start, and in each plan, DVM checks whether the VM's own process listens there: its ssh connection or "
        "its host agent. A port that another process has, or that your user may not listen on, denies before anything "
        "is made or started."
    ),
    remedy="`dvm apply` restarts the VM, which forwards its ports again. A port that is taken has to be free by then.",
    find=_find,
)


def foreseen(vm: DesiredVM, blocked: Mapping[int, str]) -> Iterator[CheckResult]:
    """Yield a denial for each port of a VM to be started that can't be bound."""
    for port in sorted(vm.config.ports):
        why = blocked.get(port.host)
        if why is not None:
            yield CheckResult(
                CHECK.code,
                CHECK.severity,
                Outcome.FAIL,
                vm.address,
                CHECK.title,
                f"Port {port.host} of the host {visible(why)}, so {vm.address} could not forward it.",
                f'End what listens there, or declare another one: ports = ["OTHER:{port.guest}"].',
            )
