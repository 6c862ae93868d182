"""A guest's branches on this host: what an arrival changes, and the change itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.git.incoming import ARRIVED
from dvm.git.names import sorted_out
from dvm.git.program import namespace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.git.program import HostRepository


class Move(StrEnum):
    """What happens to a branch."""

    NEW = "new"
    MOVED = "moved"
    FORCED = "forced"
    SAME = "same"
    GONE = "gone"
    """The guest has it no more; it stays here."""
    DELETED = "deleted"


class Branch(Struct, frozen=True):
    """A branch of a guest's: `before` and `after` are names of commits, empty where there is none.

    `commits` of it were in this repository in no branch before; `left` commits of `before` are not in `after`.
    """

    name: str
    move: Move
    before: str = ""
    after: str = ""
    commits: int = 0
    left: int = 0


class Arrival(Struct, frozen=True):
    """What came: branches, why others were left out, and how much."""

    branches: tuple[Branch, ...]
    left_out: Mapping[str, str]
    size: int
    objects: Mapping[str, int]
    """New objects by their type: `commit`, `tree`, `blob`, `tag`."""


def references(listing: bytes, prefix: str) -> dict[str, tuple[str, bool]]:
    """Return commits by branch, and whether it is a symbolic reference, of `for-each-ref` as `LISTED` has it."""
    found: dict[str, tuple[str, bool]] = {}
    for line in listing.decode("utf-8", "surrogateescape").split("\n"):
        digest, _, rest = line.partition(" ")
        symbolic, _, name = rest.partition(" ")
        if name.startswith(prefix):
            found[name.removeprefix(prefix)] = (digest, symbolic == "=")
    return found


LISTED = "--format=%(objectname) %(if)%(symref)%(then)=%(else)-%(end) %(refname)"


def compare(
    repository: HostRepository,
    vm: str,
    listing: bytes,
    *,
    prune: bool,
    only: Sequence[str],
) -> tuple[list[Branch], dict[str, str]]:
    """Return what happens to each branch, and why others are left out. The objects have to be there."""
    into = namespace(vm)
    theirs = {name: digest for name, (digest, _) in references(listing, ARRIVED).items()}
    ours = references(repository.ask("for-each-ref", LISTED, into), into)
    good, bad = sorted_out(list(theirs))
    branches: list[Branch] = []
    for name in good:
        before, symbolic = ours.get(name, ("", False))
        if symbolic:
            bad[name] = f"{into}{name} is a symbolic reference here"
        elif not _is_commit(repository, theirs[name]):
            bad[name] = "it is no commit"
        else:
            branches.append(_compared(repository, name, before, theirs[name]))
    if not only:
        move = Move.DELETED if prune else Move.GONE
        branches += [
            Branch(name, move, before=digest)
            for name, (digest, symbolic) in ours.items()
            if not symbolic and name not in theirs
        ]
    return branches, bad


def _is_commit(repository: HostRepository, digest: str) -> bool:
    return repository.ask("cat-file", "-t", digest).strip() == b"commit"


def _compared(repository: HostRepository, name: str, before: str, after: str) -> Branch:
    if before == after:
        return Branch(name, Move.SAME, before, after)
    commits = _count(repository, after, "--not", "--all")
    if not before:
        return Branch(name, Move.NEW, "", after, commits)
    left = _count(repository, before, f"^{after}")
    return Branch(name, Move.FORCED if left else Move.MOVED, before, after, commits, left)


def _count(repository: HostRepository, *revisions: str) -> int:
    return int(repository.ask("rev-list", "--count", *revisions))


def update(repository: HostRepository, vm: str, branches: Sequence[Branch]) -> None:
    """Carry it out, all or nothing: only references of the VM, and none through a symbolic one.

    Raises:
        DvmError: git refuses; a reference may have changed in the meantime.
    """
    into = namespace(vm)
    deleted = [f"delete {into}{each.name}\0{each.before}\0" for each in branches if each.move is Move.DELETED]
    written = [
        f"update {into}{each.name}\0{each.after}\0{each.before or '0' * len(each.after)}\0"
        for each in branches
        if each.move in (Move.NEW, Move.MOVED, Move.FORCED)
    ]
    # A name that was a branch may be a directory of branches now.
    for commands in (deleted, written):
        if commands:
            text = "".join(f"option no-deref\0{command}" for command in commands)
            message = f"dvm fetch {vm}"
            repository.ask("update-ref", "-m", message, "--stdin", "-z", stdin=text.encode())
