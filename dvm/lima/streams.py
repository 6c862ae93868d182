"""The pipes of a running call: read by a thread each, and written without blocking who reads."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TAIL_LINES = 20
_CHUNK = 1 << 16


class TooMuchError(Exception):
    """An answer that is larger than any answer of limactl's."""


class PipeReader(threading.Thread):
    """Hands what comes out of a pipe to every sink, as it comes; `error` is what a sink raised."""

    def __init__(self, pipe: IO[bytes] | None, sinks: list[Callable[[bytes], None]]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._sinks = sinks
        self.error: Exception | None = None

    def run(self) -> None:
        """Read to the end, even when a sink has failed: a full pipe would block the process."""
        if self._pipe is None:
            return
        with contextlib.suppress(ValueError), self._pipe:  # ValueError: closed by a drain that gave up
            while chunk := os.read(self._pipe.fileno(), _CHUNK):
                if self.error is None:
                    try:
                        for sink in self._sinks:
                            sink(chunk)
                    except Exception as error:  # noqa: BLE001 - told to the thread that waits
                        self.error = error

    def close_unread(self) -> None:
        """Close the pipe where nobody has begun to read it."""
        if self._pipe is not None and self.ident is None:
            self._pipe.close()


class Tail:
    """The last lines of a stream; a line without end is cut."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_TAIL_LINES)
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the stream."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[-_CHUNK:]
        self._lines.extend(line.decode("utf-8", "replace").rstrip("\r") for line in whole)

    def lines(self) -> tuple[str, ...]:
        """Return the last lines, oldest first."""
        rest = [self._rest.decode("utf-8", "replace")] if self._rest else []
        return tuple([*self._lines, *rest][-_TAIL_LINES:])


def write_all(pipe: IO[bytes] | None, data: bytes | None, lifeline: bool) -> None:
    """Write all of `data` and close the pipe; with `lifeline` it stays open."""
    if pipe is None or data is None:
        return
    # A call that ends early need not read all; the pipe is then closed by the thread that waits for the call.
    with contextlib.suppress(OSError, ValueError):
        pipe.write(data)
        pipe.flush()
    if not lifeline:
        with contextlib.suppress(OSError):
            pipe.close()
