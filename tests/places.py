"""Directories for tests that DVM trusts. Their names begin with the process that made them: what a run leaves is found.

A run that was killed leaves its directories, and with them whatever runs for a simulated VM until it finds that its own
is gone: the next run removes them.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 10.0
_numbers = itertools.count(1)


def _trusted(path: Path) -> bool:
    """Whether nobody else can write to any directory from / to `path`: DVM refuses files below others."""
    parts = [path, *path.parents]
    return all(
        not part.exists() or (part.stat().st_uid in {0, os.geteuid()} and not stat.S_IMODE(part.stat().st_mode) & 0o022)
        for part in parts
    )


def base() -> Path:
    """In the checkout where that will do; else in the home directory (a checkout under /tmp is nobody's to trust)."""
    for candidate in (_CHECKOUT / ".venv" / "t", Path.home() / ".cache" / "dvm-t"):
        # Below it come sockets of VMs with names of up to eight characters: their paths end at 107 bytes.
        short = len(str(candidate)) <= 56
        if short and _trusted(candidate) and os.access(next(p for p in candidate.parents if p.exists()), os.W_OK):
            return candidate
    pytest.exit(
        "The tests need a directory that only you can write to, with a short path: neither the checkout nor your home is one."
    )


def new_place() -> Path:
    """Make an empty directory with a short path."""
    path = base() / f"{os.getpid():x}-{next(_numbers):x}"
    path.mkdir(mode=0o700, parents=True)
    return path


@contextmanager
def short_place() -> Iterator[Path]:
    """Give an empty directory with a short path, and remove it at the end."""
    path = new_place()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove the directories of processes that are gone."""
    for path in base().glob("*-*"):
        with suppress(ValueError):
            if not _runs(int(path.name.partition("-")[0], 16)):
                shutil.rmtree(path, ignore_errors=True)


def remove_own() -> None:
    """Remove the directories of this process: those of tests that were interrupted are left."""
    for path in base().glob(f"{os.getpid():x}-*"):
        shutil.rmtree(path, ignore_errors=True)


def end_what_is_left(*others: Path) -> list[str]:
    """Wait for the processes that a directory of this process, or one of the `others`, is on the command line of.

    Those that do not end are killed, and their command lines returned.
    """
    marks = [os.fsencode(base() / f"{os.getpid():x}-"), *map(os.fsencode, others)]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (left := _that_name(marks)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    return sorted(left.values())


def _that_name(marks: list[bytes]) -> dict[int, str]:
    """Return the command lines of other processes that have one of the `marks`; none where there is no /proc."""
    found: dict[int, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if int(process.name) != os.getpid() and any(mark in words for mark in marks):
                found[int(process.name)] = words.replace(b"\0", b" ").decode(errors="replace")
    return found


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
