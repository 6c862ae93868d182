"""The journal: every command and step, its begin and its end, one JSON object a line, only ever appended to."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.state.directory import StateDirectory


class Journal:
    """Appends to `journal.jsonl`. One line is one write, so that lines of two processes never mix."""

    def __init__(self, state: StateDirectory) -> None:
        self._state = state

    def write(self, event: str, **facts: object) -> None:
        """Append one event with the time (UTC) and our process id.

        Raises:
            DvmError: the state directory can't be made.
            OSError: the journal can't be written; what can't be written down is not begun.
        """
        self._state.make(self._state.path)
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "pid": os.getpid(),
            "event": event,
        }
        line = json.dumps(entry | facts, ensure_ascii=True, default=str) + "\n"
        descriptor = os.open(self._state.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
