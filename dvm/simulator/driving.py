"""Starting and ending what runs a simulated VM (`driver`), as Lima starts and ends QEMU."""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

PID_FILE = "qemu.pid"
_PROGRAM = str(Path(__file__).with_name("driver.py"))
_LISTENER = 3
_PATIENCE_SECONDS = 2.0
_START_SECONDS = 20.0


def spawn(directory: Path, port: int, *, fixed: bool, qemu: str = "") -> tuple[int, int]:
    """Start the driver of the instance in `directory`; return its process id and the port it holds.

    `port` where it is free, else, unless it is `fixed`, another one. Its pid file is written. `qemu`: what
    `QEMU_SYSTEM_…` says.

    Raises:
        OSError: the fixed port is taken. ChildProcessError: the program ended at once; its message says how.
    """
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            if fixed:
                raise
            listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = int(listener.getsockname()[1])
        before, until = os.pipe()
        process = os.fork()
        if process == 0:
            _become(directory, listener.fileno(), until, port, shlex.split(qemu))
        os.close(until)
        # exec closes its end: before that it has the command line of this process, and is nobody's driver.
        os.read(before, 1)
        os.close(before)
    if qemu:
        _demand_started(directory, process)
    (directory / PID_FILE).write_text(f"{process}\n", encoding="utf-8")
    return process, port


def _demand_started(directory: Path, process: int) -> None:
    """Wait until what was started has become the driver."""
    deadline = time.monotonic() + _START_SECONDS
    while not _is_driver(directory, process, _PROGRAM):
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended or time.monotonic() > deadline:
            how = f"exit status {os.waitstatus_to_exitcode(status)}" if ended else "it does not start"
            raise ChildProcessError(how)
        time.sleep(0.005)


def _become(directory: Path, listener: int, until: int, port: int, qemu: list[str]) -> None:
    """Become the driver, in a session of its own, and only then close `until`; this does not return."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        until = fcntl.fcntl(until, fcntl.F_DUPFD_CLOEXEC, _LISTENER + 1)
        os.dup2(listener, _LISTENER)
        for number in range(3):
            os.dup2(null, number)
        os.closerange(_LISTENER + 1, until)
        os.closerange(until + 1, 256)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        network = f"user,id=net0,net=192.168.5.0/24,dhcpstart=192.168.5.15,hostfwd=tcp:127.0.0.1:{port}-:22"
        program = qemu or [sys.executable, "-I", "-S", _PROGRAM]
        words = [*program, "-netdev", network, "-name", f"lima-{directory.name}", "-pidfile", str(directory / PID_FILE)]
        os.execve(program[0], words, {"PATH": os.environ.get("PATH", "")})  # noqa: S606
    finally:
        os._exit(127)


def end(directory: Path, process: int) -> None:
    """End the driver of the instance, if the process of that number still is it."""
    if process > 1 and _is_driver(directory, process):
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _is_driver(directory, process) and time.monotonic() < deadline:
            time.sleep(0.005)
    (directory / PID_FILE).unlink(missing_ok=True)


def _is_driver(directory: Path, process: int, program: str = "") -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        # No /proc: what the pid file says has to do, since the process ends by itself as well.
        return False
    return os.fsencode(directory / PID_FILE) in words and (not program or os.fsencode(program) in words)
