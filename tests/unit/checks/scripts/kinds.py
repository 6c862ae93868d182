"""Short scripts by kind, out of the corpus: the name of each, what is expected of it, and its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.unit.checks.scripts.reviewing import CORPUS

if TYPE_CHECKING:
    from collections.abc import Iterator


_AT_ONCE = 20


class Kind(Struct, frozen=True):
    """One script. `expected` holds the codes of which one is to be found, none for a good one."""

    name: str
    expected: frozenset[str]
    text: str


class Part(Struct, frozen=True):
    """Some of the scripts in a file, for one test: a test of each costs more than its review."""

    file: str
    number: int
    kinds: tuple[Kind, ...]


def read(name: str) -> list[Kind]:
    """Return the scripts in the files of the corpus that begin with this name."""
    return [kind for part in in_parts(name) for kind in part.kinds]


def in_parts(name: str) -> list[Part]:
    """Return them by file, a few at once."""
    parts: list[Part] = []
    for file in sorted((CORPUS / "kinds").glob(f"{name}*.txt")):
        found = tuple(_kinds(file.read_text(encoding="utf-8")))
        parts += [
            Part(file.stem, number, found[begin : begin + _AT_ONCE])
            for number, begin in enumerate(range(0, len(found), _AT_ONCE))
        ]
    return parts


def file_and_part(part: Part) -> str:
    """Return what a test is called."""
    return f"{part.file}-{part.number}"


def _kinds(text: str) -> Iterator[Kind]:
    for piece in re.split(r"^#@ ", text, flags=re.MULTILINE)[1:]:
        head, body = piece.split("\n", 1)
        name, _, codes = head.partition(" ")
        yield Kind(name, frozenset(filter(None, codes.split(","))), f"set -euo pipefail\n{body}")
