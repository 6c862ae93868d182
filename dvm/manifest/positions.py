"""Where keys and values are in a TOML text: lines and columns, which tomllib does not give.

Imported only when there is a mistake to place. tree-sitter is lenient, so nothing here raises on any text
that tomllib reads; what it cannot place, `nearest` places at the table around it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Point

    from dvm.model.key_path import KeyPath

_CONTAINERS = frozenset({"array", "inline_table"})
_LANGUAGE = Language(tree_sitter_toml.language())


# Deeper than any key of a manifest. A key path of thousands of parts would take gigabytes to index.
_DEEPEST = 100


class Positions:
    """The places of all keys and values of a TOML text, by key path. The text has no byte order mark."""

    def __init__(self, text: str) -> None:
        source = text.encode("utf-8", "surrogatepass")
        self._lines = source.split(b"\n")
        self._keys: dict[KeyPath, Point] = {}
        self._values: dict[KeyPath, Point] = {}
        self._lengths: dict[KeyPath, int] = {}  # of arrays of tables, so far
        for node in _content(Parser(_LANGUAGE).parse(source).root_node):
            match node.type:
                case "pair":
                    self._pair((), node)
                case "table" | "table_array_element":
                    self._table(node)
                case _:
                    pass

    def key(self, path: KeyPath) -> tuple[int, int] | None:
        """Return line and column, from 1 and in characters, of the key at `path`."""
        return self._characters(self._keys.get(path))

    def value(self, path: KeyPath) -> tuple[int, int] | None:
        """Return line and column of the value at `path`; a table that has a header has no value."""
        return self._characters(self._values.get(path))

    def nearest(self, path: KeyPath, at: Literal["key", "value"] = "value") -> tuple[int, int] | None:
        """Return where key or value at `path` stands, else the other one of them, else what is around it."""
        while path:
            both = (self.key(path), self.value(path))
            found = (both[0] or both[1]) if at == "key" else (both[1] or both[0])
            if found:
                return found
            path = path[:-1]
        return None

    def paths(self) -> Iterator[KeyPath]:
        """Yield every key path there is."""
        return iter({**self._keys, **self._values})

    def _table(self, node: Node) -> None:
        inside = _content(node)
        names = list(_names(next(inside, None)))
        path: KeyPath = ()
        for name, point in names:
            path = (*path, name)
            self._keys.setdefault(path, point)
            if point is not names[-1][1]:
                if path in self._lengths:  # [list.table] is about the last table of [[list]] so far
                    path = (*path, self._lengths[path] - 1)
            elif node.type == "table":
                self._keys[path] = point  # rather than an earlier [this.below]
            else:
                index = self._lengths.get(path, 0)
                self._lengths[path] = index + 1
                path = (*path, index)
                self._keys[path] = point
        for pair in inside:
            self._pair(path, pair)

    def _pair(self, table: KeyPath, pair: Node) -> None:
        ahead = [(table, pair)]
        while ahead:  # not by recursion: lists may be nested as deeply as tomllib can read
            path, node = ahead.pop()
            if len(path) >= _DEEPEST:
                continue
            if node.type == "pair":
                key, *rest = _content(node)
                for name, point in _names(key):
                    path = (*path, name)
                    self._keys.setdefault(path, point)
                if rest:
                    self._values[path] = rest[-1].start_point
                    ahead.append((path, rest[-1]))
            elif node.type == "array":
                for index, item in enumerate(_content(node)):
                    self._values[*path, index] = item.start_point
                    if item.type in _CONTAINERS:
                        ahead.append(((*path, index), item))
            elif node.type == "inline_table":
                # The last is looked at first, and of keys that begin alike the first is to be remembered.
                ahead.extend((path, item) for item in reversed(list(_content(node))))

    def _characters(self, point: Point | None) -> tuple[int, int] | None:
        if point is None:
            return None
        before = self._lines[point.row][: point.column]
        return point.row + 1, len(before.decode("utf-8", "replace")) + 1


@lru_cache(maxsize=8)
def positions_of(text: str) -> Positions:
    """Return the places of a text, which are found once however many mistakes are in it."""
    return Positions(text)


def key_names(node: Node) -> tuple[str, ...]:
    """Return the names that a key's node, dotted or not, has."""
    return tuple(name for name, _ in _names(node))


def _content(node: Node) -> Iterator[Node]:
    return (child for child in node.named_children if child.type != "comment")


def _names(node: Node | None) -> Iterator[tuple[str, Point]]:
    """Yield the names of a key, dotted or not, and where each stands."""
    parts: list[Node] = []
    while node is not None and node.type == "dotted_key":  # its first child is the rest of the dotted key
        *rest, last = _content(node)
        parts.append(last)
        node = rest[0] if rest else None
    if node is not None:
        parts.append(node)
    for part in reversed(parts[-_DEEPEST:]):
        yield _unquoted(part), part.start_point


def _unquoted(node: Node) -> str:
    text = (node.text or b"").decode("utf-8", "replace")
    if node.type == "quoted_key":
        try:
            value = tomllib.loads(f"key = {text}")["key"]
        except tomllib.TOMLDecodeError:
            return text
        return str(value)
    return text
