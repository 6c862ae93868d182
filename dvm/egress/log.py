"""What went through, and what did not: JSON lines in the instance's directory, 0600, at most two files of 1 MiB."""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from typing import NamedTuple

from dvm.egress.place import LOG_FILE

MAX_BYTES = 1 << 20
_LONGEST = 260
OPENED, ALLOWED, DENIED, FAILED = "opened", "allowed", "denied", "failed"
"""OPENED is written before the first byte goes out, and what came of it when the connection has ended: one that is held
open until its VM stops is in the log too."""


class Entry(NamedTuple):
    """One connection: the name asked for, what came of it and why, bytes from the guest and to it, seconds."""

    name: str
    port: int
    verdict: str
    why: str = ""
    sent: int = 0
    received: int = 0
    seconds: float = 0.0


class AccessLog:
    """The log of one instance. A full disk loses entries, and ends no connection."""

    def __init__(self, directory: str, instance: str) -> None:
        self._path = os.path.join(directory, LOG_FILE)  # noqa: PTH118
        self._instance = instance
        self._lock = threading.Lock()

    def write(self, entry: Entry) -> None:
        """Append an entry. What a guest said is cut to a length, and JSON escapes what is not plain text."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        value = {
            "time": moment,
            "instance": self._instance,
            **entry._asdict(),
            "name": entry.name[:_LONGEST],
            "why": entry.why[:_LONGEST],
            "seconds": round(entry.seconds, 3),
        }
        line = json.dumps(value).encode() + b"\n"
        with self._lock, suppress(OSError):
            self._append(line)

    def _append(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, 0o600)
        try:
            if os.fstat(descriptor).st_size + len(line) > MAX_BYTES:
                os.replace(self._path, f"{self._path}.1")  # noqa: PTH105
                os.close(descriptor)
                descriptor = os.open(self._path, flags, 0o600)
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
