"""Logs of a VM: what limactl said (`lima.log`) and what setup scripts said (`setup.log`), mode 0600."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LIMA_LOG = "lima.log"
SETUP_LOG = "setup.log"
_KEPT_RUNS = 5
# A script that prints without end must not fill the disk.
_MAX_BYTES = 16 << 20


class LogFile:
    """One log of one run, open for writing. Older runs are `NAME.1`, `NAME.2`, …, the newest first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _rotate(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, 0o600)
        self._written = 0

    def title(self, text: str) -> None:
        """Write a line that says what follows."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.write(f"--- {now} {text}\n".encode())

    def write(self, chunk: bytes) -> None:
        """Append output as it comes, up to 16 MiB a run; the rest is dropped, and a line says so.

        So is what a full disk does not take: a log is no reason to end a boot half-way.
        """
        left = _MAX_BYTES - self._written
        if left <= 0:
            return
        self._written += len(chunk)
        with suppress(OSError):
            os.write(self._descriptor, chunk[:left])
            if self._written >= _MAX_BYTES:
                os.write(self._descriptor, b"\n--- the rest of the output is not kept\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def _rotate(path: Path) -> None:
    for number in range(_KEPT_RUNS - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        newer = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
        if newer.exists():
            newer.replace(older)


def take_over_logs(source: Path, target: Path) -> None:
    """Move the logs in one directory behind those in another: the newest of them is the next older run there."""
    for name in (LIMA_LOG, SETUP_LOG):
        free = (number for number in range(2 * _KEPT_RUNS + 1) if not (target / _of_run(name, number)).exists())
        for number in range(_KEPT_RUNS + 1):
            log = source / _of_run(name, number)
            if log.is_file():
                log.rename(target / _of_run(name, next(free)))


def _of_run(name: str, number: int) -> str:
    return f"{name}.{number}" if number else name
