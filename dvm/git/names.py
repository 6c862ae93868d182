"""Which names of branches a guest may give to references on this host."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES = 200
_PUNCTUATION = frozenset("._-+@#=,%/")
_SHOWN = "".join(sorted(_PUNCTUATION))
_DIGEST = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
HEADS = "refs/heads/"


def problem(name: str) -> str:
    """Return why a branch can't be taken under its name; empty: it can.

    Stricter than git: nothing that a shell, a terminal or a file system could take for something else.
    """
    return next((why for wrong, why in _rules(name) if wrong), "")


def _rules(name: str) -> Iterator[tuple[bool, str]]:
    parts = name.split("/")
    odd = any(not each.isalnum() and each not in _PUNCTUATION for each in name)
    yield (visible(name) != name or odd, f"its name may have letters, digits and {_SHOWN} only")
    composed = unicodedata.normalize("NFC", name)
    yield (composed != name, "its name is another one on a file system that composes letters")
    yield (len(name.encode("utf-8", "surrogateescape")) > _MOST_BYTES, f"its name has more than {_MOST_BYTES} bytes")
    edges = any(part.startswith((".", "-")) or part.endswith((".", ".lock")) or not part for part in parts)
    yield (edges, "a part of its name is empty, begins with . or -, or ends with . or .lock")
    special = ".." in name or "@{" in name or name == "@" or _DIGEST.fullmatch(name) is not None
    yield (special, "git takes its name for something else")
    yield (name.casefold() == "head", "HEAD is no branch's name")


def sorted_out(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the names that can be taken, and why the others can't."""
    good: list[str] = []
    bad: dict[str, str] = {}
    folded: dict[str, str] = {}
    for name in sorted(names):
        why = problem(name)
        alike = folded.setdefault(name.casefold(), name)
        if not why and alike != name:
            why = f"its name differs from that of {alike} in capital letters alone"
        if why:
            bad[name] = why
        else:
            good.append(name)
    return good, bad
