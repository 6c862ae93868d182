"""The journal: every command and step, its begin and its end, one JSON object a line, only ever appended to."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dvm.errors import DvmError

if TYPE_CHECKING:
    from dvm.state.directory import StateDirectory


_sessions: list[tuple[Journal, dict[str, object]]] = []
"""Those that this process began, and has not become."""


class Journal:
    """Appends to `journal.jsonl`. A line is written whole or not at all, and those of two processes never mix."""

    def __init__(self, state: StateDirectory) -> None:
        self._state = state

    def write(self, event: str, **facts: object) -> None:
        """Append one event with the time (UTC) and our process id.

        Raises:
            DvmError: it can't be written; what can't be written down is not begun.
        """
        self._state.make(self._state.path)
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "pid": os.getpid(),
            "event": event,
        }
        line = json.dumps(entry | facts, ensure_ascii=True, default=str) + "\n"
        try:
            self._append(line.encode())
        except OSError as error:
            raise DvmError(
                f"The journal can't be written: {error.strerror}.",
                detail=f"It is {self._state.journal}. What can't be written down is not begun.",
                remedy="See that the disk is not full and the journal may be written, or name another DVM_STATE_DIR.",
            ) from error

    def begin_session(self, **facts: object) -> None:
        """Append that a session with a guest begins; `end_sessions` appends its end.

        Raises:
            DvmError: it can't be written; what can't be written down is not begun.
        """
        self.write("session", **facts)
        _sessions.append((self, facts))

    def _append(self, line: bytes) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._state.journal, flags, 0o600)
        try:
            # A full disk takes a part of a line: only who writes alone can take that part away again.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            # A loss of power can leave a part of a line: it is to spoil itself alone.
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            try:
                view = memoryview(b"\n" * torn + line)
                while view:
                    view = view[os.write(descriptor, view) :]
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)


def end_sessions(status: int) -> None:
    """Append that this process' sessions ended, with its exit status. A journal that takes no more changes nothing."""
    while _sessions:
        journal, facts = _sessions.pop(0)
        with suppress(DvmError):
            journal.write("session_ended", **facts, status=status)
