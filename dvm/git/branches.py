"""A guest's branches on this host: what an arrival changes, and the change itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dvm.errors import DvmError
from dvm.git.incoming import ARRIVED
from dvm.git.names import RefNames
from dvm.git.program import namespace
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from dvm.git.program import HostRepository
    from dvm.git.relay import Limits


MOST_COUNTED: Final = 200
"""Of how many branches the commits are counted: each takes git some time, and a guest may have any number."""


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

    `commits` of it were in this repository in no branch before; None: not counted. `left` commits of `before` are not
    in `after`.
    """

    name: str
    move: Move
    before: str = ""
    after: str = ""
    commits: int | None = None
    left: int = 0


class Arrival(Struct, frozen=True):
    """What came: branches, why others were left out, and how much.

    `refused`: one was left out that the user named, or that what is here already has no place beside. `base`: HEAD has
    history in common with the first branch that is new or moved.
    """

    branches: tuple[Branch, ...]
    left_out: Mapping[str, str]
    size: int
    objects: Mapping[str, int]
    """New objects by their type: `commit`, `tree`, `blob`, `tag`."""
    refused: bool = False
    base: bool = True


def first_new(branches: Sequence[Branch]) -> Branch | None:
    """Return the branch to look at first."""
    return next((each for each in branches if each.after and each.move is not Move.SAME), None)


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
    absent: Container[str],
    limits: Limits,
    *,
    prune: bool,
    pruning: str,
    only: Sequence[str],
) -> tuple[list[Branch], dict[str, str]]:
    """Return what happens to each branch, and why others are left out. The objects have to be there.

    `absent`: branches that the guest has, and that were not taken. `pruning`: the command that deletes those that it
    has no more. Commits are counted for MOST_COUNTED branches, and only until the time is over.
    """
    into = namespace(vm)
    theirs = {name: digest for name, (digest, _) in references(listing, ARRIVED).items()}
    ours = references(repository.ask("for-each-ref", LISTED, into), into)
    gone = [name for name, (_, symbolic) in ours.items() if not symbolic and name not in theirs and name not in absent]
    deleted = set(gone) if prune else set[str]()
    names = RefNames()
    for name in ours:
        if name not in deleted:
            names.hold(name)
    types = _types(repository, list(theirs.values()))
    branches: list[Branch] = []
    bad: dict[str, str] = {}
    counted = 0
    for name, after in sorted(theirs.items()):
        before, symbolic = ours.get(name, ("", False))
        if symbolic:
            bad[name] = f"{into}{name} is a symbolic reference here"
        elif types.get(after) != "commit":
            bad[name] = "it is no commit"
        elif not names.take(name):
            bad[name] = f"{names.left_out[name]}. This deletes what is gone from the guest: {pruning}"
        elif before == after:
            branches.append(Branch(name, Move.SAME, before, after))
        elif counted < MOST_COUNTED and limits.left > 0:
            counted += 1
            branches.append(_counted(repository, name, before, after))
        else:
            branches.append(Branch(name, Move.MOVED if before else Move.NEW, before, after))
    if not only:
        move = Move.DELETED if prune else Move.GONE
        branches += [Branch(name, move, before=ours[name][0]) for name in gone]
    return branches, bad


def _types(repository: HostRepository, digests: Sequence[str]) -> dict[str, str]:
    asked = "".join(f"{digest}\n" for digest in dict.fromkeys(digests)).encode()
    answer = repository.ask("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked).decode(
        "ascii", "replace"
    )
    return {digest: kind for digest, _, kind in (line.partition(" ") for line in answer.split("\n"))}


def _counted(repository: HostRepository, name: str, before: str, after: str) -> Branch:
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
        DvmError: git refuses.
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
            done = repository.answer("update-ref", "-m", message, "--stdin", "-z", stdin=text.encode(), ok=None)
            if done.status != 0:
                raise DvmError(
                    f"git can't change what is below {into}",
                    detail="\n".join(visible(line) for line in done.tail[-3:]),
                    remedy="Run the same command again: another git may have changed it in the meantime. A .lock file "
                    "that stays when no git runs was left by one that was killed: delete it.",
                )
