"""Which declared ports an instance's own processes serve on the host, and what Lima says of one that they don't.

A static forward that cannot be bound does not fail `limactl start`, and stays dead until the next start; a reboot
inside the guest ends all of them, without a word. The listener is the instance's ssh connection, whose title is
`ssh: …/ssh.sock [mux]`, or its host agent (measured on Lima 2.2.0).
"""

from __future__ import annotations

import errno
import json
import os
import re
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.lima.processes import AGENT_FILE, HIGHEST_PID, LOOPBACK, listening_ports, own_processes
from dvm.model.instance import Serving
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SOCKET = "ssh.sock"
_READY = b'"running":true'
_MAX_LOG_BYTES = 1 << 20
_FAILED = "failed to set up static TCP forwarding"
_PORT = re.compile(r"[0-9]+$")
# Lima puts the whole command line of ssh in front of what it said, which is mostly nothing.
_COMMAND_LINE = re.compile(r"^failed to run \[.*--\]: (?:``: )?", re.DOTALL)


def serving(directory: Path, connections: Sequence[tuple[int, str]] | None = None) -> Serving | None:
    """Return the ports that a running instance's processes serve; None: it is not ready, so nothing is known yet.

    `connections` are all `ssh_processes`, where the caller asks about many instances.
    """
    if _READY not in _end_of(directory / "ha.stdout.log"):
        return None
    failed = _failures(directory / "ha.stderr.log")
    if _is_simulated(directory):
        return Serving(None, failed)
    own = {process.pid for process in own_processes(directory).values()} | ssh_connections(directory, connections)
    return Serving(frozenset(port for pid in own for port in listening_ports(pid)), failed)


def why_taken(port: int) -> str:
    """Return why this user can't listen on 127.0.0.1:`port`; empty where that is possible."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As ssh does: what an ended connection left waiting is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            # A second bind succeeds beside one that does not listen; a second listener never does.
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"is taken by {listener(port)}"
            if error.errno in (errno.EACCES, errno.EPERM):
                return "is one that your user may not listen on"
            return f"can't be used: {error.strerror}"
    return ""


def listener(port: int) -> str:
    """Return which process listens on 127.0.0.1:`port`, for people: its name and id where they can be seen."""
    import psutil

    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections(kind="tcp4"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or not connection.pid:
                continue
            if connection.laddr.port == port and connection.laddr.ip in LOOPBACK:
                process = psutil.Process(connection.pid)
                return f"process {connection.pid} ({visible(' '.join(process.cmdline()) or process.name())[:120]})"
    return "another process"


def _is_simulated(directory: Path) -> bool:
    """Whether the host agent's number is one that no system gives out: there is no process to look at."""
    with suppress(OSError, ValueError):
        return int((directory / AGENT_FILE).read_bytes()[:64]) > HIGHEST_PID
    return False


def ssh_processes() -> tuple[tuple[int, str], ...]:
    """Return this user's ssh processes: the number and the title of each."""
    import psutil

    found: list[tuple[int, str]] = []
    for process in psutil.process_iter(["name", "uids"]):
        if process.info["name"] != "ssh" or process.info["uids"] is None:
            continue
        if process.info["uids"].effective != os.geteuid():
            continue
        with suppress(psutil.Error, OSError):
            found.append((process.pid, " ".join(process.cmdline())))
    return tuple(found)


def ssh_connections(directory: Path, processes: Sequence[tuple[int, str]] | None = None) -> set[int]:
    """Return the processes of the instance's shared ssh connection; `processes`: all `ssh_processes`, where known.

    Their title is one word; where a system allows none, the path is among the options. It may have blanks in it.
    """
    sockets = "|".join(re.escape(str(place / _SOCKET)) for place in dict.fromkeys((directory, directory.resolve())))
    named = re.compile(rf"""(?<![^\s"'=])(?:{sockets})(?![^\s"'])""")
    known = ssh_processes() if processes is None else processes
    return {pid for pid, title in known if named.search(title)}


def _failures(log: Path) -> dict[int, str]:
    """Return what the host agent's log says of host ports that it could not bind."""
    found: dict[int, str] = {}
    for line in _end_of(log).splitlines():
        if _FAILED.encode() not in line:
            continue
        with suppress(ValueError, AttributeError, RecursionError):
            entry = json.loads(line)
            port = _PORT.search(str(entry.get("msg", "")).strip())
            if port is not None and len(port[0]) <= len("65535"):
                found[int(port[0])] = visible(_COMMAND_LINE.sub("ssh: ", str(entry.get("error", ""))))[:300]
    return found


def _end_of(path: Path) -> bytes:
    """Return the last part of a log; empty where there is none."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _MAX_LOG_BYTES))
        return file.read(_MAX_LOG_BYTES)
    return b""
