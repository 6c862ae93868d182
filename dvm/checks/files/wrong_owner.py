"""DVM101: a file that belongs to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.files.trust import owner_problem
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    problem = owner_problem(file, subject.uid)
    if problem is not None:
        yield problem.of(file.path)


CHECK: Check[FileSubject] = Check(
    code="DVM101",
    severity=Weight.DENY,
    title="File belongs to another user",
    why=(
        "Who owns a manifest, a setup script, a template or a file of Lima's configuration decides what runs "
        "in your VMs and what of your host they see. Another owner can change it at any time, without you. "
        "Manifest and setup scripts must be yours; templates and $LIMA_HOME/_config may be root's as well."
    ),
    remedy="Read the file, and make it yours with chown if you agree with what it says.",
    find=_find,
)
