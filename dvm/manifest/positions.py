"""Where keys and values stand in a TOML text: lines and columns, which tomllib does not tell.

Imported only when there is a mistake to place. tree-sitter is lenient, so nothing here raises on any text
that tomllib reads; what it cannot place, `nearest` places at the table around it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Point

    from dvm.model.vm import KeyPath

_LANGUAGE = Language(tree_sitter_toml.language())


@dataclass(slots=True)
class _Spot:
    key: Point | None = None
    value: Point | None = None


class Positions:
    """The places of all keys and values of a TOML text, by key path. The text has no byte order mark."""

    def __init__(self, text: str) -> None:
        source = text.encode("utf-8", "surrogatepass")
        self._lines = source.split(b"\n")
        self._spots: dict[KeyPath, _Spot] = {}
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
        spot = self._spots.get(path)
        return self._characters(spot.key) if spot else None

    def value(self, path: KeyPath) -> tuple[int, int] | None:
        """Return line and column of the value at `path`; a table that has a header has no value."""
        spot = self._spots.get(path)
        return self._characters(spot.value) if spot else None

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
        return iter(self._spots)

    def _table(self, node: Node) -> None:
        inside = _content(node)
        names = list(_names(next(inside, None)))
        path: KeyPath = ()
        for name, point in names:
            path = (*path, name)
            spot = self._spots.setdefault(path, _Spot(key=point))
            if point is not names[-1][1]:
                if path in self._lengths:  # [list.table] is about the last table of [[list]] so far
                    path = (*path, self._lengths[path] - 1)
            elif node.type == "table":
                spot.key = point  # rather than an earlier [this.below]
            else:
                index = self._lengths.get(path, 0)
                self._lengths[path] = index + 1
                path = (*path, index)
                self._spots[path] = _Spot(key=point)
        for pair in inside:
            self._pair(path, pair)

    def _pair(self, table: KeyPath, pair: Node) -> None:
        ahead = [(table, pair)]
        while ahead:  # not by recursion: lists may be nested as deeply as tomllib can read
            path, node = ahead.pop()
            inside = list(_content(node))
            if node.type == "pair" and inside:
                for name, point in _names(inside[0]):
                    path = (*path, name)
                    self._spots.setdefault(path, _Spot(key=point))
                if len(inside) > 1:
                    self._spots.setdefault(path, _Spot()).value = inside[-1].start_point
                    ahead.append((path, inside[-1]))
            elif node.type == "array":
                for index, item in enumerate(inside):
                    self._spots.setdefault((*path, index), _Spot()).value = item.start_point
                    ahead.append(((*path, index), item))
            elif node.type == "inline_table":
                ahead.extend((path, item) for item in reversed(inside))

    def _characters(self, point: Point | None) -> tuple[int, int] | None:
        if point is None:
            return None
        before = self._lines[point.row][: point.column]
        return point.row + 1, len(before.decode("utf-8", "replace")) + 1


@lru_cache(maxsize=8)
def positions_of(text: str) -> Positions:
    """Return the places of a text, which are found once however many mistakes are in it."""
    return Positions(text)


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
    for part in reversed(parts):
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
