"""Which declared ports an instance's own processes serve on the host, and what Lima says of one that they don't.

A static forward that cannot be bound does not fail `limactl start`, and stays dead until the next start; a reboot
inside the guest ends all of them, without a word. The listener is the instance's ssh connection, whose title is
`ssh: …/ssh.sock [mux]`, or its host agent (measured on Lima 2.2.0).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.egress.holder import socket_title
from dvm.lima.home import AGENT_FILE
from dvm.lima.machine import HIGHEST_PID
from dvm.lima.processes import own_processes
from dvm.model.instance import Serving
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.lima.machine import Machine

_READY = b'"running":true'
_MAX_LOG_BYTES = 1 << 20
_FAILED = "failed to set up static TCP forwarding"
_PORT = re.compile(r"[0-9]+$")
# Lima puts the whole command line of ssh in front of what it said, which is mostly nothing.
_COMMAND_LINE = re.compile(r"^failed to run \[.*--\]: (?:``: )?", re.DOTALL)


def serving(machine: Machine, directory: Path, processes: Sequence[tuple[int, str]] | None = None) -> Serving | None:
    """Return the ports that a running instance's processes serve; None: it is not ready, so nothing is known yet.

    `processes` are all that are called ssh, where the caller asks about many instances.
    """
    home = machine.home
    if _READY not in _end_of(home, directory / "ha.stdout.log"):
        return None
    failed = _failures(home, directory / "ha.stderr.log")
    if _is_simulated(home, directory):
        return Serving(None, failed)
    own = {process.pid for process in own_processes(machine, directory).values()}
    own |= ssh_connections(machine, directory, processes)
    return Serving(frozenset(port for pid in own for port in machine.listening(pid)), failed)


def _is_simulated(home: Home, directory: Path) -> bool:
    """Whether the host agent's number is one that no system gives out: there is no process to look at."""
    with suppress(OSError, ValueError):
        return int(home.read(directory / AGENT_FILE, 64, follow=True)[0]) > HIGHEST_PID
    return False


def ssh_connections(machine: Machine, directory: Path, processes: Sequence[tuple[int, str]] | None = None) -> set[int]:
    """Return the processes of the instance's shared ssh connection; `processes`: all called ssh, where known."""
    named = socket_title(tuple(dict.fromkeys(map(str, (directory, machine.home.resolved(directory))))))
    known = machine.called("ssh") if processes is None else processes
    return {pid for pid, title in known if named.search(title)}


def _failures(home: Home, log: Path) -> dict[int, str]:
    """Return what the host agent's log says of host ports that it could not bind."""
    found: dict[int, str] = {}
    for line in _end_of(home, log).splitlines():
        if _FAILED.encode() not in line:
            continue
        with suppress(ValueError, AttributeError, RecursionError):
            entry = json.loads(line)
            port = _PORT.search(str(entry.get("msg", "")).strip())
            if port is not None and len(port[0]) <= len("65535"):
                found[int(port[0])] = visible(_COMMAND_LINE.sub("ssh: ", str(entry.get("error", ""))))[:300]
    return found


def _end_of(home: Home, log: Path) -> bytes:
    """Return the last part of a log; empty where there is none."""
    with suppress(OSError):
        return home.read(log, _MAX_LOG_BYTES, follow=True, end=True)[0]
    return b""
