"""A shared connection of the simulated ssh: a process in the background that answers at a socket, until its VM's boot
is over.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.simulator.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.instance import Instance

_LOOK_SECONDS = 0.3
_ANSWER_SECONDS = 5.0
_LONGEST = 64


def ask(path: Path, command: str) -> str:
    """Ask the shared connection at `path` for `check` or `exit`, and return its answer: its process id.

    Raises:
        OSError: nobody listens there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_ANSWER_SECONDS)
        asking.connect(str(path))
        asking.sendall(f"{command}\n".encode())
        answer = asking.recv(_LONGEST).decode()
    if command == "exit":
        deadline = time.monotonic() + _ANSWER_SECONDS
        while path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
    return answer.strip()


def serve(path: Path, instance: Instance) -> None:
    """Listen at `path`, for this user alone, and go on in the background."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(16)
    sys.stdout.flush()
    if os.fork():
        listener.close()
        return
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        _answer(listener, path, instance)
    finally:
        os._exit(0)


def _answer(listener: socket.socket, path: Path, instance: Instance) -> None:
    boots, driver = instance.state.boots, instance.state.driver
    while True:
        state = State(instance.dir)
        if (state.boots, state.driver) != (boots, driver) or not path.exists():
            path.unlink(missing_ok=True)
            return
        if not select.select([listener], [], [], _LOOK_SECONDS)[0]:
            continue
        with suppress(OSError):
            asked, _ = listener.accept()
            with asked:
                asked.settimeout(_ANSWER_SECONDS)
                command = asked.recv(_LONGEST).decode().strip()
                if command == "exit":
                    path.unlink(missing_ok=True)
                if command:
                    asked.sendall(f"{os.getpid()}\n".encode())
                if command == "exit":
                    return
