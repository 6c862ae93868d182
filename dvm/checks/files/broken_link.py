"""DVM107: a symbolic link that leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import quoted, shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.model.evidence import Kind, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    if file.problem not in (Unreadable.DANGLING, Unreadable.LOOP):
        return
    links = [part.path for part in file.parts if part.kind is Kind.SYMLINK]
    where = links[-1] if links else file.path
    detail = f"{shown(file.path)} ({file.role}) {file.problem}; the last link on the way is {shown(where)}."
    remedy = f"See where it leads (readlink {quoted(where)}), and fix or remove it."
    yield Finding(shown(file.path), detail, Location(file.path), remedy)


CHECK: Check[FileSubject] = Check(
    code="DVM107",
    severity=Weight.DENY,
    title="Link leads nowhere",
    why=(
        "A link to nothing is a free place: a user who can create its target decides what runs. A link that "
        "leads back to itself can't be read at all."
    ),
    remedy="Point the link at the file it is for, or remove it.",
    find=_find,
)
