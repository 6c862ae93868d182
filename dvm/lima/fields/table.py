"""The table as a whole, and the way from a field's path to its row."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from dvm.lima.fields.guest import GUEST
from dvm.lima.fields.machine import MACHINE
from dvm.lima.fields.reach import REACH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.lima.fields.field import Field

FIELDS: tuple[Field, ...] = (*MACHINE, *REACH, *GUEST)


class FieldNode(msgspec.Struct):
    """A place in the tree of fields: what is judged there as a whole, or the fields below it.

    `free`: any key may be below it, and each value is judged by itself.
    """

    field: Field | None = None
    free: bool = False
    below: dict[str, FieldNode] = msgspec.field(default_factory=dict)


@cache
def tree() -> FieldNode:
    """Return the fields by their keys."""
    root = FieldNode()
    for row in FIELDS:
        node = _make(root, row.path)
        node.field, node.free = row, row.path.endswith("{}")
        for name in row.inside:
            _make(node, name)
    return root


def _make(node: FieldNode, path: str) -> FieldNode:
    for key in path.replace("[]", "").replace("{}", "").split("."):
        node = node.below.setdefault(key, FieldNode())
    return node


@cache
def row(path: str) -> Field | None:
    """Return the row of that path, None: there is none."""
    return next((row for row in FIELDS if row.path == path), None)


def leaves() -> Iterator[str]:
    """Yield the path of every value that the table knows, in its order."""
    for each in FIELDS:
        yield from each.leaves


def knows(path: str) -> bool:
    """Whether a path of Lima's schema is in the table; one that has more below it is, where the table has that."""
    return any(leaf == path or leaf.startswith((f"{path}.", f"{path}[]", f"{path}{{}}")) for leaf in leaves())
