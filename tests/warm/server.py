"""`python -m tests.warm.server DESCRIPTOR MODULE`: imports a program's package, then is the program for each call.

A call brings arguments, variables, four descriptors (standard streams, working directory) and the caller's parent. It
runs in a child of this process, which is sent back the exit code: negative, minus the signal that ended it. A caller
that goes takes its child with it. Ends with its standard input.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import NoReturn

DESCRIPTORS = 4
# What dvm imports in functions, when a command needs it; the rest of it comes with its modules.
_LATE = {
    "dvm": (
        "deepdiff",
        "psutil",
        "pydantic",
        "rich.console",
        "rich.live",
        "rich.table",
        "rich.text",
        "tomlkit",
        "typer",
    ),
    "dvm.simulator": ("yaml",),
}
_APART = "dvm.simulator."


@dataclass(frozen=True)
class Call:
    """What a process is started with. `streams`: descriptors of 0, 1, 2 and of the directory.

    `arguments` begin with the name it was called by, or none where it was not called by one.
    """

    arguments: list[str]
    environment: dict[bytes, bytes]
    parent: int
    streams: list[int]

    def enter(self) -> None:
        """Be as if this process had been started with it."""
        *standard, directory = self.streams
        for number, stream in enumerate(standard):
            os.dup2(stream, number)
            os.close(stream)
        os.fchdir(directory)
        os.close(directory)
        os.environ.clear()
        os.environb.update(self.environment)
        time.tzset()
        # The simulator ends its caller where a test wants that.
        os.getppid = lambda: self.parent
        sys.argv = [self.arguments[0] or sys.argv[0], *self.arguments[1:]]
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1 if os.isatty(1) else -1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)  # noqa: SIM115


def _next_call(listening: socket.socket) -> Call:
    """Wait for calls for ever; returns in the child that each call gets, and never here."""
    awake, alarm = socket.socketpair()
    for each in (awake, alarm):
        each.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(alarm.fileno())
    callers: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([sys.stdin, awake, listening, *callers.values()], [], [])
        if sys.stdin in ready:
            for pid in callers:
                os.kill(pid, signal.SIGKILL)
            os._exit(0)
        if awake in ready:
            awake.recv(4096)
        _reap(callers)
        for pid, caller in list(callers.items()):
            if caller in ready:  # a caller sends nothing after its call: it went
                os.kill(pid, signal.SIGKILL)
                callers.pop(pid).close()
        if listening not in ready:
            continue
        caller, _ = listening.accept()
        call = _received(caller)
        if call is None:
            caller.close()
            continue
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (awake, alarm, listening, caller, *callers.values()):
                each.close()
            return call
        callers[pid] = caller
        for stream in call.streams:
            os.close(stream)


def _received(caller: socket.socket) -> Call | None:
    """Return the call; None of a caller that was ended before it had said all."""
    size, streams, _, _ = socket.recv_fds(caller, 4, DESCRIPTORS)
    expected = int.from_bytes(size, "big")
    said = caller.recv(expected, socket.MSG_WAITALL) if expected else b""
    if len(streams) == DESCRIPTORS and len(said) == expected:
        parent, count, *words = said[:-1].split(b"\0")
        arguments = [os.fsdecode(word) for word in words[: int(count)]]
        environment = dict(word.split(b"=", 1) for word in words[int(count) :] if b"=" in word)
        return Call(arguments, environment, int(parent), streams)
    for stream in streams:
        os.close(stream)
    return None


def _reap(callers: dict[int, socket.socket]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            if caller := callers.pop(pid, None):
                with contextlib.suppress(OSError):
                    caller.send(os.waitstatus_to_exitcode(status).to_bytes(2, "big", signed=True))
                caller.close()


def _import(package: str) -> None:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not f"{module.name}.".startswith(_APART) or package.startswith(_APART[:-1]):
            importlib.import_module(module.name)
    for name in _LATE[package]:
        importlib.import_module(name)
    assert threading.active_count() == 1, "a fork takes no threads along"


def _end(program: object) -> NoReturn:
    """Run it and end as Python does, less the taking apart of what a process's end takes anyway."""
    code: object = 0
    try:
        program()  # type: ignore[operator]
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
    except BaseException:  # noqa: BLE001 - as Python itself does
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 120
    os._exit(code & 255 if isinstance(code, int) else int(code is not None))


def main() -> None:
    descriptor, name = sys.argv[1:]
    module = importlib.import_module(name)
    package = name.rpartition(".")[0]
    # A program of a part of dvm imports what dvm does.
    _import(package if package in _LATE else package.partition(".")[0])
    sys.argv[0] = str(module.__file__)
    gc.collect()
    gc.freeze()
    _next_call(socket.socket(fileno=int(descriptor))).enter()
    _end(module.main)


if __name__ == "__main__":
    main()
