"""What listens on this host for a VM: read from Linux's tables, by the processes that were started for it."""

from __future__ import annotations

import ipaddress
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

READABLE = sys.platform == "linux"
_TCP_LISTENS, _UDP_BOUND = "0A", "07"


class Listener(NamedTuple):
    """A socket that takes what others send."""

    kind: str
    address: str
    port: int

    @property
    def on_loopback(self) -> bool:
        """Whether only this host reaches it."""
        return ipaddress.ip_address(self.address).is_loopback


def listeners(processes: Iterable[int]) -> set[Listener]:
    """Return the TCP and UDP sockets on which these processes listen."""
    own = {inode for process in processes for inode in _inodes(process)}
    return {listener for inode, listener in _table() if inode in own}


def _inodes(process: int) -> Iterator[str]:
    try:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                yield target[len("socket:[") : -1]
    except OSError:
        return  # it has ended, or is another user's


def _table() -> Iterator[tuple[str, Listener]]:
    for kind, state in (("tcp", _TCP_LISTENS), ("tcp6", _TCP_LISTENS), ("udp", _UDP_BOUND), ("udp6", _UDP_BOUND)):
        path = Path("/proc/net") / kind
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == state:
                address, _, port = fields[1].partition(":")
                yield fields[9], Listener(kind[:3], _address(address), int(port, 16))


def _address(text: str) -> str:
    # 32-bit words, each in this machine's byte order.
    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    return str(ipaddress.ip_address(struct.pack(f"={len(words)}I", *words)))
