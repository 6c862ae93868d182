"""Passes on what a guest's git sends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import sys
import time
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.model.units import format_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.git.screen import Screen

_CHUNK = 1 << 20


class TooLargeError(DvmError):
    """More comes than is to be taken."""


def pass_on(source: int, target: int, screen: Screen) -> None:
    """Pass on all that comes from `source`, until either end is closed.

    Raises:
        ProtocolError: it is not git's protocol.
    """
    _widen(source)
    with contextlib.suppress(BrokenPipeError):
        while chunk := os.read(source, _CHUNK):
            _write(target, screen.feed(chunk))


class Limits:
    """How much is taken from a guest, in which time.

    Args:
        most_bytes: of everything that comes; most_packets: of what is no part of a pack, names of branches above all.
        seconds: from now to the end; stall_seconds: without a byte.
    """

    def __init__(self, *, most_bytes: int, most_packets: int, seconds: float, stall_seconds: float) -> None:
        self.most_bytes = most_bytes
        self.most_packets = most_packets
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self.stall_seconds = stall_seconds

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self._deadline - time.monotonic())

    def late(self) -> DvmError:
        """Return the error that the time is over."""
        return DvmError(
            f"The guest did not send all of it in {self._seconds:.0f} s.",
            detail="The call was ended. Nothing of it was kept.",
            remedy="Give it longer: --timeout 2h",
        )


def take(source: int, target: int, screen: Screen, limits: Limits, told: Callable[[int], None], stop: int) -> int:
    """Pass on what comes from `source` within `limits`, `told` of the bytes so far; return their number.

    It ends after a pack, behind which a fetch asks for nothing more, and when `stop` can be read.

    Raises:
        TooLargeError: it is too much. DvmError: it takes too long. ProtocolError: it is not git's protocol.
    """
    _widen(source)
    count = 0
    with contextlib.suppress(BrokenPipeError):
        while not screen.complete:
            patience = min(limits.left, limits.stall_seconds)
            ready = select.select([source, stop], [], [], patience)[0]
            if not ready:
                raise limits.late() if limits.left <= 0 else _stalled(limits.stall_seconds)
            if stop in ready:
                break
            chunk = os.read(source, _CHUNK)
            if not chunk:
                break
            count += len(chunk)
            if count > limits.most_bytes:
                raise TooLargeError(
                    f"The guest sends more than {format_size(limits.most_bytes)}.",
                    detail="The call was ended. Nothing of it was kept.",
                    remedy="If you expect so much, allow it: --max-size 4GiB",
                )
            passed = screen.feed(chunk)
            if screen.packets > limits.most_packets:
                raise TooLargeError(
                    f"The guest sends more than {limits.most_packets} names and messages.",
                    detail="The call was ended. Nothing of it was kept.",
                    remedy="Name the branches that you want: dvm fetch VM BRANCH",
                )
            _write(target, passed)
            told(count)
    return count


def _stalled(seconds: float) -> DvmError:
    return DvmError(
        f"The guest sent nothing for {seconds:.0f} s.",
        detail="The call was ended. Nothing of it was kept.",
        remedy="Try again.",
    )


def _write(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]


def _widen(pipe: int) -> None:
    """Let the pipe hold more, where the system knows how: each piece costs two calls."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
