"""What listens on this host for an instance: its own processes' sockets, on every address.

psutil is imported late: most commands never need it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.lima.forwards import ssh_connections
from dvm.lima.processes import AGENT_FILE, own_processes

if TYPE_CHECKING:
    from pathlib import Path

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


def listeners(directory: Path) -> tuple[Listener, ...] | None:
    """Return what the processes of the instance in `directory` listen on; None where that is not known."""
    import psutil

    roles = {process.pid: AGENT if name == AGENT_FILE else DRIVER for name, process in own_processes(directory).items()}
    if not roles:
        return None
    roles |= dict.fromkeys(ssh_connections(directory), SSH)
    found: list[Listener] = []
    for pid, role in roles.items():
        try:
            connections = psutil.Process(pid).net_connections(kind="inet")
        except psutil.NoSuchProcess:
            continue
        except (psutil.Error, OSError):
            return None
        for each in connections:
            kind = "udp" if each.type.name == "SOCK_DGRAM" else "tcp"
            peer: tuple[object, ...] = tuple(each.raddr)
            # A datagram socket of the driver's is the way of a guest's own packets out.
            listens = each.status == psutil.CONN_LISTEN if kind == "tcp" else not peer and role != DRIVER
            if listens:
                found.append(Listener(each.laddr.port, kind, each.laddr.ip, role, pid))
    return tuple(sorted(set(found)))
