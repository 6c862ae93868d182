"""Bytes both ways between two sockets, each way through one buffer: who reads slowly slows down who sends."""

from __future__ import annotations

import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE_SECONDS = 600.0
HALF_CLOSED_SECONDS = 120.0
_BUFFER_BYTES = 128 << 10
_LOOK_SECONDS = 1.0
_BAD = select.POLLERR | select.POLLNVAL


class Relayed(NamedTuple):
    """Bytes that went from the first socket to the second, and back, and why it ended."""

    sent: int
    received: int
    why: str = ""


class _Way:
    """One direction: what was read and is not written yet."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source, self.target = source, target
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._begin = self._end = 0
        self.count = 0
        self.ended = False

    @property
    def pending(self) -> bool:
        return self._begin < self._end

    @property
    def done(self) -> bool:
        return self.ended and not self.pending

    def read(self) -> None:
        """Read once, and write what the target takes at once."""
        try:
            got = self.source.recv_into(self._buffer)
        except (BlockingIOError, InterruptedError):
            return
        if not got:
            self.ended = True
            self._close_target()
            return
        self._begin, self._end = 0, got
        self.count += got
        self.write()

    def write(self) -> None:
        with suppress(BlockingIOError, InterruptedError):
            self._begin += self.target.send(self._buffer[self._begin : self._end])
        if self.done:
            self._close_target()

    def _close_target(self) -> None:
        with suppress(OSError):
            self.target.shutdown(socket.SHUT_WR)


def relay(
    first: socket.socket,
    second: socket.socket,
    *,
    allowed: Callable[[], bool] | None = None,
    idle: float = IDLE_SECONDS,
) -> Relayed:
    """Relay until both have ended, one fails, nothing moved for `idle` seconds, or `allowed` says no.

    `allowed` is asked once a second.
    """
    ways = (_Way(first, second), _Way(second, first))
    for each in (first, second):
        each.setblocking(False)
    last = looked = time.monotonic()
    why = ""
    try:
        while not all(way.done for way in ways):
            moved = _step(ways)
            now = time.monotonic()
            last = now if moved else last
            limit = min(idle, HALF_CLOSED_SECONDS) if any(way.ended for way in ways) else idle
            if now - last > limit:
                why = "nothing moved for too long"
                break
            if allowed is not None and now - looked >= _LOOK_SECONDS:
                looked = now
                if not allowed():
                    why = "setup has ended"
                    break
    except OSError as error:
        # A side that goes away is an end like another one.
        why = error.strerror or "it was cut off"
    return Relayed(ways[0].count, ways[1].count, why)


def _step(ways: tuple[_Way, _Way]) -> bool:
    """Wait up to a second, and move what can be moved; return whether anything moved."""
    wanted: dict[int, int] = {}
    for way in ways:
        if way.pending:
            wanted[way.target.fileno()] = wanted.get(way.target.fileno(), 0) | select.POLLOUT
        elif not way.ended:
            wanted[way.source.fileno()] = wanted.get(way.source.fileno(), 0) | select.POLLIN
    poll = select.poll()
    for descriptor, events in wanted.items():
        poll.register(descriptor, events)
    ready = dict(poll.poll(_LOOK_SECONDS * 1000))
    for way in ways:
        if way.pending:
            if ready.get(way.target.fileno(), 0) & (select.POLLOUT | select.POLLHUP | _BAD):
                way.write()
        elif not way.ended and ready.get(way.source.fileno(), 0) & (select.POLLIN | select.POLLHUP | _BAD):
            way.read()
    return bool(ready)
