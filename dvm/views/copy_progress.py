"""How much has come or gone, on a terminal, for what takes longer than a moment."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TextIO, cast

from dvm.text import ERASE_LINE
from dvm.views.screen import is_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FIRST_SECONDS = 1.0
_EVERY_SECONDS = 0.2
_MIB = 1 << 20
_NAME = 30


class _Counted:
    """A stream whose bytes are counted as they go through."""

    def __init__(self, stream: IO[bytes], add: Callable[[int], None]) -> None:
        self._stream = stream
        self._add = add

    def read(self, size: int = -1) -> bytes:
        """Read, and count."""
        chunk = self._stream.read(size)
        self._add(len(chunk))
        return chunk

    def write(self, chunk: bytes) -> int:
        """Write, and count."""
        written = self._stream.write(chunk)
        self._add(len(chunk))
        return written

    def close(self) -> None:
        """Leave the stream open: it is its owner's."""

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()


class ProgressLine:
    """The line that shows how far a copy is. `total`: its bytes, where they are known."""

    def __init__(self, name: str, total: int | None, terminal: TextIO) -> None:
        self._name = name if len(name) <= _NAME else "…" + name[-_NAME + 1 :]
        self._total = total
        self._terminal = terminal
        self._begun = time.monotonic()
        self._next = self._begun + _FIRST_SECONDS
        self._bytes = 0
        self._shown = False

    def add(self, count: int) -> None:
        """Count bytes more, and show the line where it is time to."""
        self._bytes += count
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY_SECONDS
            self._shown = True
            self._terminal.write(ERASE_LINE + self.text(now - self._begun))
            self._terminal.flush()

    def text(self, seconds: float) -> str:
        """Return how far the copy is after so many seconds."""
        done, total = self._bytes / _MIB, (self._total or 0) / _MIB
        speed = f"{done / max(seconds, 0.001):.1f} MiB/s"
        if not self._total:
            return f"{self._name}:  {done:.1f} MiB  {speed}"
        # A tar is a little more than its files.
        return f"{self._name}: {min(99, self._bytes * 100 // self._total):3d} %  {done:.1f} of {total:.1f} MiB  {speed}"

    def erase(self) -> None:
        """Take the line away."""
        if self._shown:
            self._terminal.write(ERASE_LINE)
            self._terminal.flush()


@contextmanager
def counting(
    name: str, total: int | None, environment: Mapping[str, str], terminal: TextIO | None = None
) -> Iterator[Callable[[int], None]]:
    """Yield what is called with each number of bytes that went on; standard error, if a person looks, shows them.

    `name` is safe to print.
    """
    terminal = terminal or sys.stderr
    if not is_screen(terminal, environment):
        yield lambda _count: None
        return
    line = ProgressLine(name, total, terminal)
    try:
        yield line.add
    finally:
        line.erase()


@contextmanager
def watched(
    stream: IO[bytes], name: str, total: int | None, environment: Mapping[str, str], terminal: TextIO | None = None
) -> Iterator[IO[bytes]]:
    """Yield the stream, with what goes through it counted."""
    with counting(name, total, environment, terminal) as add:
        yield cast("IO[bytes]", _Counted(stream, add))
