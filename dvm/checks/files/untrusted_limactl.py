"""DVM109: a limactl, or a program that it starts, that somebody else can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.files.trust import Problem, mode_problem, owner_problem, path_problems
from dvm.checks.wording import shown
from dvm.model.check import Weight
from dvm.model.evidence import Kind, Role, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import FileSubject
    from dvm.model.evidence import FileEvidence


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    for problem in _problems(file, subject.uid):
        yield problem.of(file.path)


def _problems(file: FileEvidence, uid: int) -> Iterator[Problem]:
    owner, mode = owner_problem(file, uid), mode_problem(file)
    if owner is not None:
        yield owner
    if mode is not None:
        yield mode
    yield from path_problems(file, uid)
    if file.kind not in (None, Kind.REGULAR):
        yield Problem(
            f"{shown(file.path)} is a {file.kind}, not a program.", _instead(file, "Name the binary itself in")
        )
    elif file.owner is None or file.mode is None or file.problem is Unreadable.CHANGED:
        # A binary is larger than the limit for texts, so having no content means nothing here.
        problem = file.problem or Unreadable.FAILED
        yield Problem(
            f"{shown(file.path)} {problem}, so nothing is known of it.",
            _instead(file, "Install Lima anew, or set"),
        )


def _instead(file: FileEvidence, what: str) -> str:
    return f"{what} DVM_LIMACTL." if file.role is Role.LIMACTL else "See what is there, and install it anew."


CHECK: Check[FileSubject] = Check(
    code="DVM109",
    severity=Weight.DENY,
    title="limactl, or a program it starts, can be changed by others",
    why=(
        "limactl runs on the host with all your rights, and so do the programs that it starts: ssh, ssh-keygen, "
        "qemu-img and QEMU itself, the first of each name on PATH (or what $SSH and $QEMU_SYSTEM_… name). Each "
        "must belong to you or root, not be writable by its group or by everybody, and neither may any directory "
        "on its path. Size and encoding are not looked at. What is relative in PATH is not passed on. Homebrew "
        "makes its directories writable by the group admin; take that away, Homebrew works without."
    ),
    remedy="Mend owner and mode as shown, or point DVM_LIMACTL (PATH for the others) to a place of your own.",
    find=_find,
)
