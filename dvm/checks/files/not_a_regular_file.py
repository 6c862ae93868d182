"""DVM104: a path that leads to something else than a regular file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.model.evidence import Kind, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    # A link as the last word means that it led nowhere, which is DVM107's.
    other_kind = file.kind not in (None, Kind.REGULAR, Kind.SYMLINK)
    if other_kind or file.problem is Unreadable.NOT_REGULAR:
        what = f"a {file.kind}" if other_kind else "not a regular file"
        yield Finding(shown(file.path), f"{shown(file.path)} ({file.role}) is {what}.", Location(file.path))


CHECK: Check[FileSubject] = Check(
    code="DVM104",
    severity=Weight.DENY,
    title="Not a regular file",
    why=(
        "A FIFO, a socket or a device gives other bytes at each read, so what was checked and shown would "
        "not be what runs; opening one can also hang."
    ),
    remedy="Put a regular file in its place, or name another file in the manifest.",
    find=_find,
)
