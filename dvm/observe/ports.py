"""The host's side of declared ports: what running VMs serve, and what another process has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.lima.forwards import serving
from dvm.model.instance import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.lima.machine import Machine
    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import DesiredVM


def with_ports(machine: Machine, observed: Observed, vms: Iterable[DesiredVM]) -> Observed:
    """Return the look with the declared ports of `vms` in it: who serves each, or why nobody could."""
    declared = {vm.instance: frozenset(port.host for port in vm.config.ports) for vm in vms if vm.config.ports}
    if not declared:
        return observed
    running = {instance.name for instance in observed.instances.values() if _serves(instance, declared)}
    processes = machine.called("ssh") if running else ()
    instances = {
        name: replace(instance, serving=serving(machine, instance.dir, processes)) if name in running else instance
        for name, instance in observed.instances.items()
    }
    served = {
        port
        for instance in instances.values()
        if instance.serving is not None
        for port in (_declared_of(instance) if instance.serving.ports is None else instance.serving.ports)
    }
    blocked = {port: machine.why_taken(port) for ports in declared.values() for port in sorted(ports - served)}
    return replace(observed, instances=instances, blocked={port: why for port, why in blocked.items() if why})


def _serves(instance: Instance, declared: dict[str, frozenset[int]]) -> bool:
    ours = instance.receipt is not None and instance.status is Status.RUNNING
    # Of another VM's too, which may still serve the port of one that is about to be made.
    return ours and (instance.name in declared or bool(_declared_of(instance)))


def _declared_of(instance: Instance) -> frozenset[int]:
    posture = instance.posture
    if posture is None:
        return frozenset()
    return frozenset(
        rule.host_ports[0]
        for rule in posture.forwards
        if not rule.ignore and not rule.reverse and not rule.is_socket and rule.host_ports[0] == rule.host_ports[1]
    )
