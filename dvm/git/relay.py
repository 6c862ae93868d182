"""Passes on what a guest's git sends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import sys
import time
from collections.abc import Callable  # noqa: TC003 - msgspec looks at it
from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from dvm.errors import DvmError
from dvm.model.units import format_size

if TYPE_CHECKING:
    from dvm.git.screen import Screen

_CHUNK: Final = 1 << 20
# A repository of text has more than this, in the mean, packed.
_BYTES_OF_AN_OBJECT: Final = 256
_NOTHING_KEPT: Final = "The call was ended. Nothing of it was kept."


class TooLargeError(DvmError):
    """More comes than is to be taken."""


def pass_on(source: int, target: int, screen: Screen) -> bool:
    """Pass on all that comes from `source`, until either end is closed; return whether anything came.

    Raises:
        ProtocolError: it is not git's protocol.
    """
    _widen(source)
    came = False
    with contextlib.suppress(BrokenPipeError):
        while chunk := os.read(source, _CHUNK):
            came = True
            _write(target, screen.feed(chunk))
    return came


class Limits(Struct, frozen=True):
    """How much is taken from a guest, in which time.

    `most_bytes`: of everything that comes; `most_packets`: of what is no part of a pack, names of branches above all.
    `seconds`: from `begun` to the end; `stall_seconds`: in which nothing moves, in either direction. `again` returns
    the user's command with an option changed.
    """

    most_bytes: int
    most_packets: int
    seconds: float
    stall_seconds: float
    again: Callable[[str, str], str]
    begun: float = field(default_factory=time.monotonic)

    @property
    def most_objects(self) -> int:
        """Of how many objects a pack may be: git holds a few hundred bytes of each in memory, however small it is."""
        return self.most_bytes // _BYTES_OF_AN_OBJECT

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.begun + self.seconds - time.monotonic())

    def late(self) -> DvmError:
        """Return the error that the time is over."""
        return DvmError(
            f"The guest did not send all of it in {self.seconds:.0f} s.",
            detail=_NOTHING_KEPT,
            remedy=f"Give it longer: `{self.again('--timeout', f'{max(2, int(self.seconds // 900) + 1)}h')}`",
        )

    def demand(self, size: int, screen: Screen) -> None:
        """Return where all that has come is within the limits.

        Raises:
            TooLargeError: it is not.
        """
        if size > self.most_bytes:
            raise self._too_large(f"The guest sends more than {format_size(self.most_bytes)}.", self.most_bytes + 1)
        if screen.objects > self.most_objects:
            raise self._too_large(
                f"The guest sends {screen.objects} objects, and {self.most_objects} are taken with this size.",
                screen.objects * _BYTES_OF_AN_OBJECT,
            )
        if screen.packets > self.most_packets:
            raise TooLargeError(
                f"The guest sends more than {self.most_packets} names and messages.",
                detail=_NOTHING_KEPT,
                remedy=f"Name the branches that you want, as in `{self.again('', 'main')}`.",
            )

    def _too_large(self, summary: str, needed: int) -> TooLargeError:
        size = 1 << max(30, (4 * needed - 1).bit_length())
        return TooLargeError(
            summary,
            detail=_NOTHING_KEPT,
            remedy=f"If you expect so much, allow it: `{self.again('--max-size', format_size(size))}`",
        )


class RelayEnding(Enum):
    """Why nothing more is passed on."""

    WHOLE = "a pack has come to its end"
    GUEST = "the guest's end was closed"
    HOST = "the host's git has ended, or takes no more"


def take(
    source: int, target: int, screen: Screen, limits: Limits, told: Callable[[int], None], stop: int
) -> tuple[RelayEnding, int]:
    """Pass on what comes from `source` within `limits`, `told` of each number of bytes; return their sum.

    It ends after a pack, behind which a fetch asks for nothing more, and when `stop` can be read.

    Raises:
        TooLargeError: it is too much. DvmError: it takes too long. ProtocolError: it is not git's protocol.
    """
    _widen(source)
    _widen(target)
    os.set_blocking(target, False)
    count = 0
    try:
        while not screen.complete:
            _await(limits, stop, reads=source)
            chunk = os.read(source, _CHUNK)
            if not chunk:
                return RelayEnding.GUEST, count
            count += len(chunk)
            passed = memoryview(screen.feed(chunk))
            limits.demand(count, screen)
            while passed:
                _await(limits, stop, writes=target)
                # A pipe that takes something need not take all.
                with contextlib.suppress(BlockingIOError):
                    passed = passed[os.write(target, passed) :]
            told(len(chunk))
    except (BrokenPipeError, _Stopped):
        return RelayEnding.HOST, count
    return RelayEnding.WHOLE, count


class _Stopped(Exception):  # noqa: N818 - it is no error
    """The host's git has ended."""


def _await(limits: Limits, stop: int, *, reads: int | None = None, writes: int | None = None) -> None:
    """Wait until the descriptor is ready.

    Raises:
        _Stopped: `stop` can be read. DvmError: it takes too long.
    """
    patience = min(limits.left, limits.stall_seconds)
    readers = [stop] if reads is None else [stop, reads]
    ready, writable, _ = select.select(readers, [] if writes is None else [writes], [], patience)
    if stop in ready and reads not in ready:
        raise _Stopped
    if not ready and not writable:
        raise limits.late() if limits.left <= 0 else _stalled(limits, reading=reads is not None)


def _stalled(limits: Limits, *, reading: bool) -> DvmError:
    seconds, detail = f"{limits.stall_seconds:.0f} s", _NOTHING_KEPT
    if reading:
        summary = f"The guest sent nothing for {seconds}."
    else:
        summary = f"This host's git took nothing of what the guest sends for {seconds}."
        detail = f"It waits for the guest, where that reads nothing of what it is asked. {detail}"
    return DvmError(summary, detail=detail, remedy=f"Try again: `{limits.again('', '')}`")


def _write(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]


def _widen(pipe: int) -> None:
    """Let the pipe hold more, where the system knows how: each piece costs two calls."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
