"""A piece of Bash, and where it is in the script."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from dvm.checks.scripts.values import Place, Value


class Source(Struct):
    """`line` and `column` are of its first character, from 1.

    `pinned`: it is not in the script (it was put together from variables), so everything in it has the place of
    the command that runs it. Column 0: columns are not as in the script, and none is given.
    """

    text: str
    line: int = 1
    column: int = 1
    pinned: Place | None = None
    outer: tuple[int, int] | None = None
    """The lines of the statement around it, where they stand for those in it."""
    starts: list[int] = field(default_factory=list)

    def point(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        if self.pinned is not None:
            return self.pinned.line, self.pinned.column
        if not self.starts:
            self.starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                self.starts.append(at + 1)
                at = self.text.find("\n", at + 1)
        row = bisect_right(self.starts, offset) - 1
        if self.column == 0:
            return self.line + row, 1
        return self.line + row, offset - self.starts[row] + (self.column if row == 0 else 1)

    def lines(self, begin: int, end: int) -> tuple[int, int]:
        """Return the first and the last line of a statement."""
        if self.pinned is not None:
            return self.pinned.first, self.pinned.last
        return self.outer or (self.point(begin)[0], self.point(max(begin, end - 1))[0])


def source_of(code: Value, text: str, place: Place, *, own_lines: bool) -> Source:
    """Return a text that is run as code, with its place where that is known."""
    if code.start is None:
        return Source(text, pinned=place)
    return Source(text, *code.start, outer=None if own_lines else (place.first, place.last))
