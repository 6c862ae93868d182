"""Scripts of a line or a few, for the record: each piece of what the review knows, and its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.checks.scripts import kinds, test_tables
from tests.unit.checks.scripts.cases import (
    corners,
    downloads,
    edges,
    files,
    language,
    packages,
    programs,
    rules,
    structure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def every() -> Iterator[str]:
    """Every case that strict mode stands in front of, in the order of the record."""
    for table in (test_tables.FOUND, test_tables.PASSES):
        for texts in table.values():
            yield from texts
    yield from language.every()
    yield from language.otherwise()
    for module in (packages, downloads, files, programs, structure, rules, edges, corners):
        yield from module.EVERY


def whole() -> Iterator[str]:
    """Every case that stands as it is."""
    yield from rules.WHOLE
    for name in ("bad", "good"):
        yield from (kind.text for kind in kinds.read(name))
