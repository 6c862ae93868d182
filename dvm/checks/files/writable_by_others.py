"""DVM102: a file that others may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.files.trust import mode_problem
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    problem = mode_problem(file)
    if problem is not None:
        yield problem.of(file.path)


CHECK: Check[FileSubject] = Check(
    code="DVM102",
    severity=Weight.DENY,
    title="File can be written by others",
    why=(
        "A file that its group or everybody may write can be changed by any process of theirs, and what it "
        "says runs in your VMs the next time you apply. Access lists (ACLs) beyond the mode are not looked "
        "at."
    ),
    remedy="Read the file, then take the write permission away: chmod go-w FILE.",
    find=_find,
)
