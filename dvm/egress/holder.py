"""Whether a connection to a port of the host's reached another VM, or a program that has the port in its place.

A VM that is stopped, or whose forward is dead, holds no port. Any program of the host may then listen there, and
`reach` opens nothing of the host's but the other VM's port.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Sequence

    from psutil import Process

_INSTANCE = "dvm-"
_SSH = "ssh"
# Declared ports are forwarded by Lima's shared ssh connection, which takes a connection at once.
_WAIT_SECONDS = 2.0
_PAUSE_SECONDS = 0.02


def holders(directory: str, vm: str) -> list[Process]:
    """Return the processes that forward ports of `vm`, whose instance is beside the one in `directory`."""
    return list(_processes(directory, vm))


def is_taken_by(processes: Sequence[Process], connection: socket.socket) -> bool:
    """Whether the other end of a connection is one of these processes. What can't be seen is not."""
    import psutil

    here, there = connection.getsockname()[:2], connection.getpeername()[:2]
    deadline = time.monotonic() + _WAIT_SECONDS
    while processes and time.monotonic() < deadline:
        for process in processes:
            with suppress(psutil.Error, OSError):
                ends = ((each.laddr, each.raddr) for each in process.net_connections(kind="tcp4"))
                if any(tuple(own) == there and tuple(other) == here for own, other in ends):
                    return True
        # It may not have taken the connection yet.
        time.sleep(_PAUSE_SECONDS)
    return False


def socket_title(places: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds the socket of an instance's shared ssh connection in the title of a process.

    `places`: the instance's directory, by all its paths. The title is one word; where a system allows none, the path is
    among the options. It may have blanks in it.
    """
    sockets = "|".join(re.escape(f"{place}/ssh.sock") for place in places)
    return re.compile(rf"""(?<![^\s"'=])(?:{sockets})(?![^\s"'])""")


def _processes(directory: str, vm: str) -> Iterator[Process]:
    """Yield the processes of this user's that are the shared ssh connection of a VM."""
    import psutil

    beside = (os.path.dirname(place) for place in (directory, os.path.realpath(directory)))  # noqa: PTH120
    named = socket_title(tuple(dict.fromkeys(f"{place}/{_INSTANCE}{vm}" for place in beside)))
    for process in psutil.process_iter(["name", "uids"]):
        uids = process.info["uids"]
        if process.info["name"] != _SSH or uids is None or uids.effective != os.geteuid():
            continue
        with suppress(psutil.Error, OSError):
            if named.search(" ".join(process.cmdline())):
                yield process
