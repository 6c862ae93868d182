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
    groups = file.trusted_groups
    owner, mode = owner_problem(file, uid), mode_problem(file, groups)
    if owner is not None:
        yield owner
    if mode is not None:
        yield mode
    yield from path_problems(file, uid, groups)
    if file.role is Role.LIMA_PLACE:
        # All there is to say of a directory is in its path, of which it is the last part.
        return
    if file.kind not in (None, Kind.REGULAR):
        yield Problem(
            f"{shown(file.path)} is a {file.kind}, not a program.", _instead(file, "Name the binary itself in")
        )
    elif file.owner is None or file.mode is None or file.problem is Unreadable.CHANGED:
        # A binary is larger than the limit for texts, so having no content means nothing here.
        problem = file.problem or Unreadable.FAILED
        yield Problem(
            f"{shown(file.path)} {problem}, so nothing is known of it.",
            _instead(file, "Reinstall Lima, or set"),
        )


def _instead(file: FileEvidence, what: str) -> str:
    return f"{what} DVM_LIMACTL." if file.role is Role.LIMACTL else "See what is there, and reinstall it."


CHECK: Check[FileSubject] = Check(
    code="DVM109",
    severity=Weight.DENY,
    title="limactl, or a program it starts, can be changed by others",
    why=(
        "limactl runs on the host with all your rights, and so do the programs that it starts: ssh, ssh-keygen, "
        "qemu-img, gzip, xz, QEMU itself and others, the first of each name on PATH and what $SSH and $QEMU_SYSTEM_… "
        "name, and the drivers, plug-ins, templates and guest agents in share/lima, libexec/lima and lib/lima beside "
        "it. Each must belong to you or root, and neither it nor any directory on its path may be writable by others. "
        "A group counts as you where all its members can become root anyway (macOS's admin, to whom Homebrew gives its "
        "directories) or where you are its only member and it has your name. Size and encoding are not checked. "
        "limactl gets a PATH of safe directories only: what is relative is left out, and a directory that others can "
        "write to is left out with a warning, so that nothing put there later is started. Where a plan makes VMs, the "
        "directory of downloaded images is looked at too (lima/download in $XDG_CACHE_HOME or ~/.cache): Lima compares "
        "an image's digest with a file beside it, not with the image."
    ),
    remedy="Fix owner and mode as shown, or point DVM_LIMACTL (PATH for the others) to a place of your own.",
    find=_find,
)
