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


class RefNames:
    """The names that are taken together: one by one, each held against those before it.

    Two that differ in capital letters alone, in any part of a path, are one file where file systems ignore case. A
    name is no directory of others: git keeps references in files.
    """

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}
        """Why names were not taken."""
        self.all: list[str] = []
        """Those that were."""
        self._taken: set[str] = set()
        self._spelled: dict[str, str] = {}
        self._directories: set[str] = set()

    def hold(self, name: str) -> None:
        """Count a name as taken, whatever it is: it is there already."""
        self._taken.add(name.casefold())
        for path in _paths(name):
            self._spelled.setdefault(path.casefold(), path)
            if path != name:
                self._directories.add(path.casefold())

    def take(self, name: str) -> bool:
        """Return whether a name can be taken, and take it; if not, it is in `left_out` from now on."""
        why = problem(name) or self._clash(name)
        if why:
            self.left_out[name] = why
            return False
        self.hold(name)
        self.all.append(name)
        return True

    def _clash(self, name: str) -> str:
        for path in _paths(name):
            folded = path.casefold()
            alike = self._spelled.get(folded, path)
            if alike != path:
                return f"its name differs from that of {alike} in capital letters alone"
            if path != name and folded in self._taken:
                return f"{path} is there already, and git can't keep both"
        if name.casefold() in self._directories:
            return f"a branch below {name}/ is there already, and git can't keep both"
        return ""


def _paths(name: str) -> Iterator[str]:
    """Yield each directory on the way to a name, and the name."""
    at = name.find("/")
    while at >= 0:
        yield name[:at]
        at = name.find("/", at + 1)
    yield name
