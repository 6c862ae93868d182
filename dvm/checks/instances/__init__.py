"""DVM3xx: what an instance's effective configuration opens between guest and host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.instances import (
    agent_forwarding,
    booted_before,
    broken_instance,
    copy_to_host,
    dead_port,
    egress_not_in_force,
    exposed_bind,
    extra_network,
    foreign_provision,
    host_data,
    host_mount,
    name_taken,
    proxy_variables,
    socket_or_reverse_forward,
    undeclared_configuration,
    undeclared_forward,
)

if TYPE_CHECKING:
    from dvm.checks.base import Check
    from dvm.checks.subjects import InstanceSubject

CHECKS: tuple[Check[InstanceSubject], ...] = (
    host_mount.CHECK,
    exposed_bind.CHECK,
    undeclared_forward.CHECK,
    agent_forwarding.CHECK,
    extra_network.CHECK,
    foreign_provision.CHECK,
    copy_to_host.CHECK,
    proxy_variables.CHECK,
    socket_or_reverse_forward.CHECK,
    broken_instance.CHECK,
    name_taken.CHECK,
    host_data.CHECK,
    booted_before.CHECK,
    undeclared_configuration.CHECK,
    egress_not_in_force.CHECK,
    dead_port.CHECK,
)
