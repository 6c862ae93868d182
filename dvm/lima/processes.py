"""The processes of an instance: which ones are its own, and what its stale pid files may not have killed.

Lima signals the processes that the numbers in an instance's pid files name: `stop --force`, `delete --force` and the
start of a broken instance do so. After a power cut such a number can be another program's. So before each call that
can kill, DVM looks at every pid file that Lima would read, and removes those that do not name the instance's own
process. Sources: Lima 2.2, pkg/instance/stop.go, pkg/driver/external/server, pkg/store.

psutil is imported late: most commands never need it.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AGENT_FILE = "ha.pid"
QEMU_FILE = "qemu.pid"
# The driver's own (`qemu.pid`, `vz.pid`), and those of drivers that are programs of their own (`NAME.drv.pid`).
_DRIVER_SUFFIX, _EXTERNAL_SUFFIX = ".pid", ".drv.pid"
_MAX_PID_FILE_BYTES = 64
# A pid file is written by its process, so the process is older. The clock may have been set in between.
_CLOCK_SLACK_SECONDS = 60.0
_INIT = 1
HIGHEST_PID = 1 << 22
"""No system gives out a higher one; the simulator's are."""


class Standing(Enum):
    """What the process that a pid file names is to the instance."""

    OWN = auto()
    STALE = auto()
    """No process, or another program's."""
    UNCLEAR = auto()
    """Its command line is the instance's; it began after the file was written."""


class Process(Struct, frozen=True):
    """A process at one moment: its id, its command line, when it began (seconds since the epoch)."""

    pid: int
    words: tuple[str, ...]
    began: float


class PidFile(Struct, frozen=True):
    """A pid file of an instance, and what it names. `process` is None where it names none that lives."""

    path: Path
    standing: Standing
    process: Process | None = None


def pid_files(directory: Path) -> tuple[PidFile, ...]:
    """Return the pid files of an instance's directory that Lima signals by, each with what it names."""
    try:
        paths = sorted(path for path in directory.iterdir() if path.name.endswith(_DRIVER_SUFFIX))
    except OSError:
        return ()
    return tuple(_pid_file(directory, path) for path in paths)


def own_processes(directory: Path) -> dict[str, Process]:
    """Return the host agent and the drivers of an instance, as far as they live, by the names of their pid files."""
    return {
        file.path.name: file.process
        for file in pid_files(directory)
        if file.standing is Standing.OWN and file.process is not None
    }


def clear_stale(directory: Path) -> tuple[PidFile, ...]:
    """Remove the pid files that name no process of the instance's own; return them. No process is touched.

    Raises:
        LimaError: of a process it can't be said whether it is the instance's, or a file can't be removed.
    """
    stale: list[PidFile] = []
    for file in pid_files(directory):
        if file.standing is Standing.OWN:
            continue
        if file.standing is Standing.UNCLEAR and file.process is not None:
            raise _unclear(file, file.process)
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise LimaError(
                f"{file.path} names a process that is not this VM's, and can't be removed: {error.strerror}.",
                detail="limactl would kill that process, so it was not called.",
                remedy=f"Remove {file.path}, and run the same command again.",
            ) from error
        stale.append(file)
    return tuple(stale)


def _unclear(file: PidFile, process: Process) -> LimaError:
    return LimaError(
        f"{file.path} names process {process.pid}, which began after the file was written.",
        detail=(
            f"It runs: {visible(' '.join(process.words))[:200]}\n"
            "limactl would kill it, so limactl was not called. The clock was set, or the number is another process's."
        ),
        remedy=f"If it is not this VM's, remove {file.path}; if it is, end it (kill {process.pid}). Then run again.",
    )


def _pid_file(directory: Path, path: Path) -> PidFile:
    number, written = _read(path)
    process = None if number is None else look_at(number)
    if process is None or not _is_own(process.words, directory, path.name):
        return PidFile(path, Standing.STALE, process)
    fits = written is not None and process.began <= written + _CLOCK_SLACK_SECONDS
    return PidFile(path, Standing.OWN if fits else Standing.UNCLEAR, process)


def _read(path: Path) -> tuple[int | None, float | None]:
    """Return the number in a pid file and when the file was written; None for what can't be had."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None, None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            return None, None
        text = file.read(_MAX_PID_FILE_BYTES).strip()
    number = int(text) if text.isascii() and text.isdigit() else 0
    return (number if number > _INIT else None), about.st_mtime


def look_at(pid: int) -> Process | None:
    """Return a process of this user; None where there is none, or where it has ended and nobody has waited for it."""
    import psutil

    # OverflowError: a number larger than any process id.
    with suppress(psutil.Error, OSError, OverflowError):
        process = psutil.Process(pid)
        with process.oneshot():
            if process.uids().effective != os.geteuid() or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return Process(pid, tuple(process.cmdline()), process.create_time())
    return None


def driver_words(directory: Path, pid: int) -> tuple[str, ...] | None:
    """Return the command line of the QEMU that runs an instance, as the kernel shows it; None: it can't be seen.

    What has that number and is not this instance's own QEMU is not seen either.
    """
    try:
        # Most commands need this look and nothing else of psutil.
        with Path(f"/proc/{pid}/cmdline").open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            words = tuple(map(os.fsdecode, file.read().split(b"\0")[:-1]))
    except OSError:
        process = look_at(pid)
        words = () if process is None else process.words
    return words if words and _is_own(words, directory, QEMU_FILE) else None


def _is_own(words: Sequence[str], directory: Path, name: str) -> bool:
    """Whether a command line is of the process that writes this pid file of the instance in `directory`."""
    # Lima resolves the links of LIMA_HOME.
    return any(_is_of(words, place, name) for place in dict.fromkeys((directory, directory.resolve())))


def _is_of(words: Sequence[str], directory: Path, name: str) -> bool:
    if not words:
        return False
    program = Path(words[0]).name
    if name.endswith(_EXTERNAL_SUFFIX):
        driver = name.removesuffix(_EXTERNAL_SUFFIX)
        return program == f"lima-driver-{driver}" and str(directory) in _values(words, "--inst-dir")
    agent = "hostagent" in words and str(directory / AGENT_FILE) in _values(words, "--pidfile")
    if name == AGENT_FILE:
        return agent
    # vz runs the VM in the host agent itself; QEMU is told to write the file; krunkit has neither.
    qemu = str(directory / name) in _values(words, "-pidfile")
    krunkit = program == "krunkit" and any(f"{directory}/" in word for word in words)
    return agent or qemu or krunkit


def _values(words: Sequence[str], option: str) -> Iterator[str]:
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word == option:
            yield following
        elif word.startswith(f"{option}="):
            yield word.removeprefix(f"{option}=")


def is_own_listener(directory: Path, port: int) -> bool:
    """Whether the instance's host agent or driver listens on this TCP port of the host's loopback address.

    The ssh port is QEMU's, or the host agent's where the VM runs in it.
    """
    return any(port in listening_ports(process.pid) for process in own_processes(directory).values())


def listening_ports(pid: int) -> frozenset[int]:
    """Return the TCP ports on which a process of this user listens at 127.0.0.1; empty where it has ended."""
    import psutil

    with suppress(psutil.Error, OSError):
        connections = psutil.Process(pid).net_connections(kind="tcp4")
        return frozenset(
            connection.laddr.port
            for connection in connections
            if connection.status == psutil.CONN_LISTEN and connection.laddr.ip in LOOPBACK
        )
    return frozenset()


# Either address is reached at 127.0.0.1.
LOOPBACK = frozenset({"127.0.0.1", "0.0.0.0"})  # noqa: S104 - compared with, not bound
