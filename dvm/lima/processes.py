"""The processes of an instance: which ones are its own, and what its stale pid files may not have killed.

Lima signals the processes that the numbers in an instance's pid files name: `stop --force`, `delete --force` and the
start of a broken instance do so. After a power cut such a number can be another program's. So before each call that
can kill, DVM looks at every pid file that Lima would read, and removes those that do not name the instance's own
process. Sources: Lima 2.2, pkg/instance/stop.go, pkg/driver/external/server, pkg/store.
"""

from __future__ import annotations

import stat
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.lima.home import AGENT_FILE
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.lima.home import Home
    from dvm.lima.machine import Machine, Process

QEMU_FILE = "qemu.pid"
# The driver's own (`qemu.pid`, `vz.pid`), and those of drivers that are programs of their own (`NAME.drv.pid`).
_DRIVER_SUFFIX, _EXTERNAL_SUFFIX = ".pid", ".drv.pid"
_MAX_PID_FILE_BYTES = 64
# A pid file is written by its process, so the process is older. The clock may have been set in between.
_CLOCK_SLACK_SECONDS = 60.0
_INIT = 1


class Standing(Enum):
    """What the process that a pid file names is to the instance."""

    OWN = auto()
    STALE = auto()
    """No process, or another program's."""
    UNCLEAR = auto()
    """Its command line is the instance's; it began after the file was written."""


class PidFile(Struct, frozen=True):
    """A pid file of an instance, and what it names. `process` is None where it names none that lives."""

    path: Path
    standing: Standing
    process: Process | None = None


def pid_files(machine: Machine, directory: Path) -> tuple[PidFile, ...]:
    """Return the pid files of an instance's directory that Lima signals by, each with what it names."""
    try:
        names = machine.home.names(directory)
    except OSError:
        return ()
    return tuple(_pid_file(machine, directory, name) for name in names if name.endswith(_DRIVER_SUFFIX))


def own_processes(machine: Machine, directory: Path) -> dict[str, Process]:
    """Return the host agent and the drivers of an instance, as far as they live, by the names of their pid files."""
    return {
        file.path.name: file.process
        for file in pid_files(machine, directory)
        if file.standing is Standing.OWN and file.process is not None
    }


def clear_stale(machine: Machine, directory: Path) -> tuple[PidFile, ...]:
    """Remove the pid files that name no process of the instance's own; return them. No process is touched.

    Raises:
        LimaError: of a process it can't be said whether it is the instance's, or a file can't be removed.
    """
    stale: list[PidFile] = []
    for file in pid_files(machine, directory):
        if file.standing is Standing.OWN:
            continue
        if file.standing is Standing.UNCLEAR and file.process is not None:
            raise _unclear(file, file.process)
        try:
            machine.home.discard(file.path)
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


def _pid_file(machine: Machine, directory: Path, name: str) -> PidFile:
    path = directory / name
    number, written = _read(machine.home, path)
    process = None if number is None else machine.process(number)
    if process is None or not _is_own(machine.home, process.words, directory, name):
        return PidFile(path, Standing.STALE, process)
    fits = written is not None and process.began <= written + _CLOCK_SLACK_SECONDS
    return PidFile(path, Standing.OWN if fits else Standing.UNCLEAR, process)


def _read(home: Home, path: Path) -> tuple[int | None, float | None]:
    """Return the number in a pid file and when the file was written; None for what can't be had."""
    try:
        content, about = home.read(path, _MAX_PID_FILE_BYTES)
    except OSError:
        return None, None
    if not stat.S_ISREG(about.st_mode):
        return None, None
    text = content.strip()
    number = int(text) if text.isascii() and text.isdigit() else 0
    return (number if number > _INIT else None), about.st_mtime


def driver_words(machine: Machine, directory: Path, pid: int) -> tuple[str, ...] | None:
    """Return the command line of the QEMU that runs an instance, as the kernel shows it; None: it can't be seen.

    What has that number and is not this instance's own QEMU is not seen either.
    """
    words = machine.words(pid)
    return words if words and _is_own(machine.home, words, directory, QEMU_FILE) else None


def _is_own(home: Home, words: Sequence[str], directory: Path, name: str) -> bool:
    """Whether a command line is of the process that writes this pid file of the instance in `directory`."""
    return any(_is_of(words, place, name) for place in dict.fromkeys((directory, home.resolved(directory))))


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


def is_own_listener(machine: Machine, directory: Path, port: int) -> bool:
    """Whether the instance's host agent or driver listens on this TCP port of the host's loopback address.

    The ssh port is QEMU's, or the host agent's where the VM runs in it.
    """
    return any(port in machine.listening(process.pid) for process in own_processes(machine, directory).values())
