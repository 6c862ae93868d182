"""`python -m tests.warm.server DESCRIPTOR MODULE`: imports a program's package, then is the program for each call.

A call brings arguments, variables, four descriptors (standard streams, working directory) and the caller's parent. It
runs in a child of this process, which is sent back the exit code: negative, minus the signal that ended it. A caller
that goes takes its child with it. Ends with its standard input.

A child whose call leaves nothing behind in its process (`_LEAVES_NOTHING`) answers the next call of that kind: most of
what such a call costs is the copy of this process.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

DESCRIPTORS = 4
# What dvm imports in functions, when a command needs it; the rest of it comes with its modules.
_LATE = {
    "dvm": (
        "deepdiff",
        "encodings.ascii",
        "encodings.utf_8_sig",
        "psutil",
        "pydantic",
        "rich.console",
        "rich.live",
        "rich.table",
        "rich.text",
        "tomlkit",
        "typer",
        "typer._click._textwrap",
        "typer._click.decorators",
        "yaml",
    ),
    "dvm.simulator": ("encodings.ascii", "resource", "yaml"),
}
# Calls that change files at most: no variable of a module, no child, no handler of a signal is left by them.
_LOOKS_AND_FILES = frozenset(
    {"--version", "clone", "create", "delete", "edit", "list", "protect", "rename", "shell", "stop", "template", "unprotect"}
)  # fmt: skip
_LEAVES_NOTHING: dict[str, Callable[[list[str]], bool]] = {
    "dvm.simulator.__main__": lambda words: _LOOKS_AND_FILES.issuperset(words[:1] or [""]),
    # A shared connection (-M) goes on as a child.
    "dvm.simulator.ssh": lambda words: not any(word.startswith("-") and "M" in word for word in words),
}
_NOT_WITH = b"DVM_SIM_FAULTS"
_APART = "dvm.simulator."


@dataclass(frozen=True)
class Call:
    """What a process is started with. `streams`: descriptors of 0, 1, 2 and of the directory; `said`: the rest, as it came.

    `arguments` begin with the name it was called by, or none where it was not called by one.
    """

    said: bytes
    arguments: list[str]
    environment: dict[bytes, bytes]
    parent: int
    streams: list[int]

    @staticmethod
    def received(caller: socket.socket) -> Call | None:
        """Return the call; None of a caller that was ended before it had said all."""
        try:
            size, streams, _, _ = socket.recv_fds(caller, 4, DESCRIPTORS)
        except ConnectionResetError:
            return None
        expected = int.from_bytes(size, "big")
        said = b""
        with contextlib.suppress(ConnectionResetError):
            said = caller.recv(expected, socket.MSG_WAITALL) if expected else b""
        if len(streams) == DESCRIPTORS and len(said) == expected:
            parent, count, *words = said[:-1].split(b"\0")
            arguments = [os.fsdecode(word) for word in words[: int(count)]]
            environment = dict(word.split(b"=", 1) for word in words[int(count) :] if b"=" in word)
            return Call(said, arguments, environment, int(parent), streams)
        for stream in streams:
            os.close(stream)
        return None

    def pass_on(self, child: socket.socket) -> None:
        """Send it to a child that waits for one."""
        socket.send_fds(child, [len(self.said).to_bytes(4, "big")], self.streams)
        child.sendall(self.said)

    def close(self) -> None:
        """Close the streams, which another process has."""
        for stream in self.streams:
            os.close(stream)

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


@dataclass
class Server:
    """The parent of all runs. `callers`: who waits for which child. `children`: the sockets of those that may answer
    more than one call; `idle`: the ones of them that wait for one.
    """

    listening: socket.socket
    leaves_nothing: Callable[[list[str]], bool]
    callers: dict[int, socket.socket] = field(default_factory=dict)
    children: dict[int, socket.socket] = field(default_factory=dict)
    idle: list[int] = field(default_factory=list)

    def next_call(self) -> tuple[Call, socket.socket | None]:
        """Serve calls for ever; returns in the child that a call gets, and never here.

        With the call comes the child's end of its socket, if it may answer more than this one.
        """
        awake, alarm = socket.socketpair()
        for each in (awake, alarm):
            each.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(alarm.fileno())
        while True:
            own = [sys.stdin, awake, self.listening]
            ready, _, _ = select.select([*own, *self.callers.values(), *self.children.values()], [], [])
            if sys.stdin in ready:
                for pid in {*self.callers, *self.children}:
                    os.kill(pid, signal.SIGKILL)
                os._exit(0)
            if awake in ready:
                awake.recv(4096)
            for pid, child in list(self.children.items()):
                if child in ready:
                    self._take_answer(pid, _said(child))
            self._reap()
            for pid, caller in list(self.callers.items()):
                if caller in ready:  # a caller sends nothing after its call: it went
                    os.kill(pid, signal.SIGKILL)
                    self.callers.pop(pid).close()
                    self._forget(pid)  # it may have answered just now, and must not get a call that it dies in
            if self.listening in ready:
                caller, _ = self.listening.accept()
                if mine := self._serve(caller):
                    for each in (awake, alarm, caller):
                        each.close()
                    return mine

    def _serve(self, caller: socket.socket) -> tuple[Call, socket.socket | None] | None:
        """Give the caller a child; returns the call in a new one."""
        call = Call.received(caller)
        if call is None:
            caller.close()
            return None
        again = self.leaves_nothing(call.arguments[1:]) and _NOT_WITH not in call.environment
        pid = self._idle_that_takes(call) if again else None
        if pid is None:
            pid, parent = self._fork(again)
            if pid == 0:
                return call, parent
        self.callers[pid] = caller
        call.close()
        return None

    def _idle_that_takes(self, call: Call) -> int | None:
        """Give the call to a child that waits for one; None: there is none that lives."""
        while self.idle:
            pid = self.idle.pop()
            with contextlib.suppress(OSError):  # somebody killed it
                call.pass_on(self.children[pid])
                return pid
        return None

    def _fork(self, again: bool) -> tuple[int, socket.socket | None]:
        """Make a child; return in it 0, and its socket if it may answer `again`."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (self.listening, ours, *self.callers.values(), *self.children.values()):
                each.close()
            return 0, theirs if again else None
        theirs.close()
        if again:
            self.children[pid] = ours
        else:
            ours.close()
        return pid, None

    def _take_answer(self, pid: int, code: bytes) -> None:
        """Pass a child's answer on; one that says nothing has ended."""
        if code:
            self._answer(pid, code)
            self.idle.append(pid)
        else:
            self._forget(pid)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                self._forget(pid)
                self._answer(pid, os.waitstatus_to_exitcode(status).to_bytes(2, "big", signed=True))

    def _answer(self, pid: int, code: bytes) -> None:
        if caller := self.callers.pop(pid, None):
            with contextlib.suppress(OSError):
                caller.send(code)
            caller.close()

    def _forget(self, pid: int) -> None:
        if child := self.children.pop(pid, None):
            child.close()
        if pid in self.idle:
            self.idle.remove(pid)


def _said(child: socket.socket) -> bytes:
    """Return a child's answer; empty where it has ended, or was killed before it had read its call."""
    try:
        return child.recv(2)
    except ConnectionResetError:
        return b""


def _import(package: str) -> None:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not f"{module.name}.".startswith(_APART) or package.startswith(_APART[:-1]):
            importlib.import_module(module.name)
    for name in _LATE[package]:
        importlib.import_module(name)
    assert threading.active_count() == 1, "a fork takes no threads along"


def _run(program: Callable[[], object]) -> tuple[int, bool]:
    """Run it to what Python would exit with, and whether it ended as it should."""
    code: object = 0
    whole = True
    try:
        program()
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
    except BaseException:  # noqa: BLE001 - as Python itself does
        sys.excepthook(*sys.exc_info())
        code, whole = 1, False
    return (code & 255 if isinstance(code, int) else int(code is not None)), whole


def _flush() -> bool:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return False
    return True


def _end(code: int) -> NoReturn:
    """End as Python does, less the taking apart of what a process's end takes anyway."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    os._exit(code if _flush() else 120)


def _leave(nothing: int) -> None:
    """Let go of what the call brought: others wait for the ends of its streams. `nothing`: a descriptor of /dev/null."""
    for number in range(3):
        os.dup2(nothing, number)
    os.chdir("/")


def main() -> None:
    descriptor, name = sys.argv[1:]
    module = importlib.import_module(name)
    package = name.rpartition(".")[0]
    # A program of a part of dvm imports what dvm does.
    _import(package if package in _LATE else package.partition(".")[0])
    sys.argv[0] = str(module.__file__)
    gc.collect()
    gc.freeze()
    listening = socket.socket(fileno=int(descriptor))
    call, parent = Server(listening, _LEAVES_NOTHING.get(name, lambda _words: False)).next_call()
    call.enter()
    code, whole = _run(module.main)
    if parent is None:
        _end(code)
    nothing = os.open(os.devnull, os.O_RDWR)
    while whole and _flush():
        _leave(nothing)
        parent.send(code.to_bytes(2, "big"))
        if (after := Call.received(parent)) is None:
            os._exit(0)
        after.enter()
        code, whole = _run(module.main)
    _end(code)


if __name__ == "__main__":
    main()
