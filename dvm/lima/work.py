"""The repositories of a guest, as the guest says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Repository(Struct, frozen=True):
    """A repository under the code directory. All of it is the guest's word.

    `path` is relative to the code directory. `ahead` and `behind` count commits against `upstream`; None: not known.
    `changed` counts files that differ from what is committed, those that git does not know among them.
    """

    path: str
    branch: str
    upstream: str
    ahead: int | None
    behind: int | None
    changed: int
    stashed: int


def repositories(lines: Sequence[str]) -> tuple[Repository, ...] | None:
    """Return what `dvm-work` answered; None: there is no git in the guest."""
    return None if "no-git" in lines else tuple(_parsed(lines))


def _parsed(lines: Sequence[str]) -> Iterator[Repository]:
    for line in lines:
        _, path, branch, upstream, ahead, behind, changed, stashed = line.split("\t")
        yield Repository(path, branch, upstream, _number(ahead), _number(behind), int(changed), int(stashed))


def _number(text: str) -> int | None:
    return int(text) if text else None
