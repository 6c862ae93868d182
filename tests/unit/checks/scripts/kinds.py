"""Short scripts by kind, out of the corpus: the name of each, what is expected of it, and its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.unit.checks.scripts.reviewing import CORPUS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Struct, frozen=True):
    """One script. `expected` holds the codes of which one is to be found, none for a good one."""

    name: str
    expected: frozenset[str]
    text: str


def read(name: str) -> list[Kind]:
    """Return the scripts in the files of the corpus that begin with this name."""
    files = sorted((CORPUS / "kinds").glob(f"{name}*.txt"))
    return [kind for file in files for kind in _kinds(file.read_text(encoding="utf-8"))]


def _kinds(text: str) -> Iterator[Kind]:
    for piece in re.split(r"^#@ ", text, flags=re.MULTILINE)[1:]:
        head, body = piece.split("\n", 1)
        name, _, codes = head.partition(" ")
        yield Kind(name, frozenset(filter(None, codes.split(","))), f"set -euo pipefail\n{body}")
