"""What makes a file trustworthy: the rules that the checks of files and of the limactl binary share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dvm.checks.base import Finding
from dvm.checks.wording import octal, quoted, shown
from dvm.diagnostics import Location
from dvm.model.evidence import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.model.evidence import FileEvidence, PathPart

ROOT = 0
_WRITABLE_BY_OTHERS = 0o022
_WRITABLE_BY_GROUP = 0o020
_STICKY = 0o1000

# What is ours must be ours; what came with Lima or the system may be root's as well.
_OURS_ALONE = frozenset({Role.MANIFEST, Role.SCRIPT, Role.COMPANION, Role.LOCK, Role.PLAN})


class Problem(NamedTuple):
    """A sentence about what is wrong, and what to do, commands ready to type.

    `fixes`: the path, quoted for a shell, that the remedy ends in, where it is a command that takes several.
    `alike`: what findings have in common that such a command may fix together.
    """

    detail: str
    remedy: str
    fixes: str = ""
    alike: str = ""

    def of(self, path: Path) -> Finding:
        """Return it as a finding about the file that was named as `path`."""
        return Finding(shown(path), self.detail, Location(path), self.remedy, fixes=self.fixes, alike=self.alike)


def real_path(file: FileEvidence) -> Path:
    """Return where the file really is; chmod and chown are to name that place."""
    return file.resolved or file.path


def owner_problem(file: FileEvidence, uid: int) -> Problem | None:
    """Yield what is wrong with the file's owner."""
    allowed = {uid} if file.role in _OURS_ALONE else {uid, ROOT}
    if file.owner is None or file.owner in allowed:
        return None
    whom = f"you (uid {uid})" if file.role in _OURS_ALONE else f"you (uid {uid}) or root"
    path = real_path(file)
    return _fixed_by(
        f"{shown(path)} ({file.role}) belongs to uid {file.owner}; it must belong to {whom}.",
        f"Read it, as its owner wrote it; if you agree with it: sudo chown {uid}",
        path,
        f"{file.role} of {file.owner}",
    )


def mode_problem(file: FileEvidence, trusted_groups: frozenset[int] = frozenset()) -> Problem | None:
    """Yield what is wrong with the file's mode."""
    if file.mode is None or not _others_write(file.mode, file.group, trusted_groups):
        return None
    path = real_path(file)
    return _fixed_by(
        f"{shown(path)} ({file.role}) has mode {octal(file.mode)}: {_who(file.mode)} can change it.",
        f"Read it, then: {_sudo(file.owner)}chmod go-w",
        path,
        f"{file.role} of {file.owner}, {octal(file.mode)}",
    )


def path_problems(file: FileEvidence, uid: int, trusted_groups: frozenset[int] = frozenset()) -> Iterator[Problem]:
    """Yield what is wrong with each directory and link on the way to the file."""
    for part in dict.fromkeys(file.parts):
        if part.kind is Kind.SYMLINK:
            # A link's mode means nothing: what counts is who made it and who can replace it (its directory).
            if part.uid not in (uid, ROOT):
                yield _others_link(file, part, uid)
        elif part.uid not in (uid, ROOT):
            yield _others_directory(file, part, uid)
        elif _others_write(part.mode, part.gid, trusted_groups):
            yield _open_directory(file, part)


def _others_write(mode: int, gid: int | None, trusted_groups: frozenset[int]) -> bool:
    open_to = mode & _WRITABLE_BY_OTHERS
    return bool(open_to) and not (open_to == _WRITABLE_BY_GROUP and gid in trusted_groups)


def _others_link(file: FileEvidence, part: PathPart, uid: int) -> Problem:
    link = quoted(part.path)
    detail = (
        f"The path of {shown(file.path)} goes through the link {shown(part.path)}, which belongs to uid "
        f"{part.uid}; a link on the path must belong to you (uid {uid}) or root."
    )
    return Problem(detail, f"Look where it leads (readlink {link}); if you agree: sudo chown -h {uid} {link}")


def _others_directory(file: FileEvidence, part: PathPart, uid: int) -> Problem:
    detail = (
        f"{shown(file.path)} lies under {shown(part.path)}, which belongs to uid {part.uid}; "
        "its owner can put another file in its place."
    )
    return Problem(detail, f"Move it to a directory of your own, or: sudo chown {uid} {quoted(part.path)}")


def _open_directory(file: FileEvidence, part: PathPart) -> Problem:
    where = f"{shown(file.path)} lies under {shown(part.path)}, which has mode {octal(part.mode)}"
    if part.mode & _STICKY:
        # OpenSSH refuses sticky directories too: the sticky bit guards a file that is there, not a name that
        # is free.
        return Problem(
            f"{where}: {_who(part.mode)} can put files there. The sticky bit (as /tmp has it) does not help.",
            f"Move it out of {shown(part.path)}, to a directory of your own such as ~/.config/dvm.",
        )
    return _fixed_by(
        f"{where}: {_who(part.mode)} can put another file in its place.",
        f"{_sudo(part.uid)}chmod go-w",
        part.path,
        f"directory of {part.uid}, {octal(part.mode)}",
    )


def _fixed_by(detail: str, command: str, path: Path, alike: str) -> Problem:
    fixes = quoted(path)
    return Problem(detail, f"{command} {fixes}", fixes, alike)


def _who(mode: int) -> str:
    return "every user of this host" if mode & 0o002 else "every member of its group"


def _sudo(owner: int | None) -> str:
    return "sudo " if owner == ROOT else ""
