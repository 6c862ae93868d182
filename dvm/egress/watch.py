"""Whether the process of a VM has ended. The kernel says so: that its number can be another's later does not matter."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress

_MAX_BYTES = 64
_INIT = 1


class Watch:
    """Watches the process that a pid file names, from the first look at which it names one."""

    def __init__(self, pid_file: str) -> None:
        self._path = pid_file
        self._descriptor = -1
        self._gone = False
        self.look()

    @property
    def found(self) -> bool:
        """Whether there was a process to watch."""
        return self._gone or self._descriptor >= 0

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        self.look()
        if self._descriptor < 0 or self._gone:
            return self._gone
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        self._gone = bool(poll.poll(0))
        return self._gone

    def look(self) -> None:
        """Look for the process, where none has been found."""
        if self._descriptor >= 0 or self._gone:
            return
        number = self._number()
        if number is None:
            return
        try:
            self._descriptor = _opened(number)
        except OSError:
            # A stale file of an earlier boot, or a process that was quick.
            return

    def close(self) -> None:
        """Close it."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1

    def _number(self) -> int | None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            text = os.read(descriptor, _MAX_BYTES).strip()
        finally:
            os.close(descriptor)
        number = int(text) if text.isascii() and text.isdigit() else 0
        return number if number > _INIT else None


def _opened(number: int) -> int:
    """Return a descriptor that can be read from when the process has ended."""
    if sys.platform == "darwin":
        queue = select.kqueue()
        event = select.kevent(number, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        queue.control([event], 0)
        descriptor = os.dup(queue.fileno())
        queue.close()
        return descriptor
    return os.pidfd_open(number)
