"""DVM103: a directory or a link on the path that others can use to put another file in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.files.trust import path_problems
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    for problem in path_problems(subject.file, subject.uid):
        yield problem.of(subject.file.path)


CHECK: Check[FileSubject] = Check(
    code="DVM103",
    severity=Weight.DENY,
    title="A directory on the path is not safe",
    why=(
        "A user who may write a directory may rename what is in it and put something else in its place, no matter who "
        "owns the file. So each directory on the resolved path must belong to you or root and be writable by "
        "its owner alone, as OpenSSH's StrictModes asks of ~/.ssh. World-writable directories with the "
        "sticky bit, such as /tmp, are refused as OpenSSH refuses them. Links on the way (stow, chezmoi) are "
        "followed; each must belong to you or root."
    ),
    remedy=("Take the write permission away (chmod go-w DIRECTORY), or move the file to a directory of your own."),
    find=_find,
)
