"""What listens on Lima's machine for an instance: its own processes' sockets, on every address."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.lima.forwards import ssh_connections
from dvm.lima.home import AGENT_FILE
from dvm.lima.processes import own_processes

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.machine import Machine

AGENT, DRIVER, SSH = "host agent", "driver", "ssh"


class Listener(Struct, frozen=True, order=True):
    """A socket of this host's that takes what others send.

    `role` is AGENT, DRIVER or SSH: which of the instance's processes has it.
    """

    port: int
    kind: str
    """`tcp` or `udp`."""
    address: str
    role: str
    pid: int

    @property
    def on_loopback(self) -> bool:
        """Whether only this host reaches it."""
        try:
            return ipaddress.ip_address(self.address.partition("%")[0]).is_loopback
        except ValueError:
            return False


def listeners(machine: Machine, directory: Path) -> tuple[Listener, ...] | None:
    """Return what the processes of the instance in `directory` listen on; None where that is not known."""
    own = own_processes(machine, directory)
    roles = {process.pid: AGENT if name == AGENT_FILE else DRIVER for name, process in own.items()}
    if not roles:
        return None
    roles |= dict.fromkeys(ssh_connections(machine, directory), SSH)
    found: set[Listener] = set()
    for pid, role in roles.items():
        sockets = machine.sockets(pid)
        if sockets is None:
            return None
        for each in sockets:
            # A datagram socket of the driver's is the way of a guest's own packets out.
            if each.listens if each.kind == "tcp" else not each.connected and role != DRIVER:
                found.add(Listener(each.port, each.kind, each.address, role, pid))
    return tuple(sorted(found))
