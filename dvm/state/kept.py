"""What earlier commands read and found in order, for later ones to go by: files that may go at any time."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.files import write_atomically
from dvm.kept import MOST_BYTES

if TYPE_CHECKING:
    from dvm.state.directory import StateDirectory

MANIFEST, REVIEWS = "manifest.kept", "reviews.kept"
"""No VM has such a name: there is a dot in it."""


def read_kept(state: StateDirectory | None, name: str) -> bytes:
    """Return the content of such a file; empty where there is none that is this user's alone."""
    if state is None:
        return b""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with suppress(OSError), os.fdopen(os.open(state.path / name, flags), "rb") as file:
        about = os.fstat(file.fileno())
        if stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o077:
            content = file.read(MOST_BYTES + 1)
            return content if len(content) <= MOST_BYTES else b""
    return b""


def write_kept(state: StateDirectory | None, name: str, content: bytes) -> None:
    """Write such a file; where that is not possible, the next command reads everything itself."""
    if state is not None and content:
        with suppress(OSError, DvmError):
            state.make(state.path)
            write_atomically(state.path / name, content)
