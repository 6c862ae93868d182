"""What is known of a string before the script runs: its literal parts, and where the others would come from."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Place(Struct, frozen=True, order=True):
    """A place in the script, from 1, in characters; `first` and `last` are the lines of the whole statement."""

    line: int
    column: int
    first: int
    last: int


class OriginKind(StrEnum):
    """Why data is not to be run: it comes from the network, or nobody could read it in the script."""

    REMOTE = "remote"
    DECODED = "decoded"
    EDITED = "edited"
    """It is text of the script, of which a filter took or changed lines."""


class DataOrigin(Struct, frozen=True):
    """Where data comes from that nobody has checked: the command that brings it, and its place."""

    kind: OriginKind
    what: str
    place: Place


class Known(StrEnum):
    """Why a text that is only known at run time may be trusted."""

    NO = ""
    GIVEN = "given"
    """A variable that the manifest or the machine sets: a digest may come so, code may not."""
    LOCAL = "local"
    """What a program or a file of the guest's own says: it may be run."""


class Hole(Struct, frozen=True):
    """A part of a string that is only known at run time.

    Two holes with the same `key` are the same text, so that `$tmp/a` here is `$tmp/a` there. `digest_of` is
    the key of the file whose SHA-256 (or better) this is.
    """

    key: str
    origin: DataOrigin | None = None
    digest_of: str | None = None
    known: Known = Known.NO


Part = str | Hole
_MOST_PARTS = 400
_LONGEST = 1 << 18
_LONGEST_KEY = 200
_TOKEN = pattern("\ue000([0-9]+)\ue001")


class Value(Struct, frozen=True):
    """A string with holes.

    `start` is where its first character stands, where it is from one place of the script: line and column, the
    column 0 where lines are as in the script and columns are not.
    """

    parts: tuple[Part, ...] = ()
    start: tuple[int, int] | None = None

    @property
    def known(self) -> str | None:
        """The text, None where a part of it is not known."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        if any(isinstance(part, Hole) for part in self.parts):
            return None
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def text(self) -> str:
        """The text with `\N{HORIZONTAL ELLIPSIS}` for each hole: to look at, never to compare as a whole."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return "".join(part if isinstance(part, str) else "\N{HORIZONTAL ELLIPSIS}" for part in self.parts)

    @property
    def key(self) -> str:
        """A text that two values share only if they are the same at the run."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return "".join(part if isinstance(part, str) else f"\ue000{part.key}\ue001" for part in self.parts)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The parts that are not known."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def origin(self) -> DataOrigin | None:
        """Where unchecked data in it comes from, what was decoded first."""
        origins = [hole.origin for hole in self.holes if hole.origin is not None]
        hidden = (item for item in origins if item.kind is not OriginKind.REMOTE)
        return next(hidden, origins[0] if origins else None)

    @property
    def digest_of(self) -> str | None:
        """The file whose digest is in it."""
        return next((hole.digest_of for hole in self.holes if hole.digest_of is not None), None)

    @property
    def leading(self) -> Hole | None:
        """The part that it begins with, where that is not known."""
        for part in self.parts:
            if isinstance(part, Hole):
                return part
            if part.strip():
                return None
        return None

    @property
    def leading_origin(self) -> DataOrigin | None:
        """Where its first character comes from, if that is unchecked: as code, the run begins there."""
        first = self.leading
        return None if first is None else first.origin

    def __bool__(self) -> bool:
        """Whether it may have any text."""
        return any(self.parts)

    def __add__(self, other: Value) -> Value:
        """Put two together. A text of too many parts becomes one hole; what it came from stays."""
        if not self.parts:
            return other
        if not other.parts:
            return self
        # A newline at the end moves nothing; anything else stands somewhere else in the script.
        start = self.start if other.parts == ("\n",) else None
        return Value(_joined((*self.parts, *other.parts)), start)

    def drop(self, count: int) -> Value:
        """Return it without its first `count` characters, which are literal."""
        head, *rest = self.parts or ("",)
        if not isinstance(head, str):
            return self
        return Value(_joined((head[count:], *rest)))

    def map_holes(self, change: Callable[[Hole], Hole]) -> Value:
        """Return it with each hole changed."""
        return Value(tuple(change(part) if isinstance(part, Hole) else part for part in self.parts), self.start)

    def trusted(self) -> Value:
        """Return it as checked: its holes keep their keys and forget where they came from."""
        return self.map_holes(lambda hole: replace(hole, origin=None))

    def split(self, pattern: re.Pattern[str]) -> list[Value]:
        """Split at a pattern that no hole matches; pieces without any text are left out."""
        text, holes = self.tokens()
        return [untokened(piece, holes) for piece in pattern.split(text) if piece]

    def tokens(self) -> tuple[str, tuple[Hole, ...]]:
        """Return a text with a private mark for each hole, and the holes: for patterns over the whole."""
        holes = self.holes
        count = iter(range(len(holes)))
        text = "".join(part if isinstance(part, str) else f"\ue000{next(count)}\ue001" for part in self.parts)
        return text, holes


def untokened(text: str, holes: tuple[Hole, ...]) -> Value:
    """Return the value of a piece of what `tokens` gave."""
    parts: list[Part] = []
    for index, piece in enumerate(_TOKEN.split(text)):
        if index % 2 == 0:
            parts.append(piece)
        elif len(piece) < 6 and int(piece) < len(holes):  # noqa: PLR2004 - more digits than there can be holes
            parts.append(holes[int(piece)])
    return Value(_joined(parts))


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            if not part:
                continue
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
                continue
        merged.append(part)
    if len(merged) > _MOST_PARTS or sum(len(part) for part in merged if isinstance(part, str)) > _LONGEST:
        origin = Value(tuple(merged)).origin
        return (Hole(f"long:{id(origin)}", origin),)
    return tuple(merged)


def joined(values: Sequence[Value]) -> Value:
    """Put values together, in time that grows with their number alone."""
    some = [value for value in values if value.parts]
    if len(some) < 3:  # noqa: PLR2004 - a place survives what only ends a line
        return some[0] + some[1] if len(some) > 1 else some[0] if some else EMPTY
    return Value(_joined(part for value in some for part in value.parts))


def literal(text: str, start: tuple[int, int] | None = None) -> Value:
    """Return a text that is fully known."""
    return Value((text,) if text else (), start)


def hole(key: str, origin: DataOrigin | None = None, digest_of: str | None = None, known: Known = Known.NO) -> Value:
    """Return a text of which nothing is known."""
    if len(key) > _LONGEST_KEY:
        key = f"{key[:40]}#{zlib.crc32(key.encode('utf-8', 'replace')):08x}{len(key)}"
    return Value((Hole(key, origin, digest_of, known),))


EMPTY = Value()
FILES_PLACE = literal("/run/dvm/files")
"""What $DVM_FILES holds in a script that is looked at."""


def fields(pieces: Iterable[tuple[Value, bool]], separators: str = " \t\n") -> list[Value]:
    """Return the words that pieces of one word make; a piece with False is split at `separators`, as Bash does."""
    splitter = re.compile(f"[{re.escape(separators)}]+") if separators else _NEVER
    done: list[Value] = []
    current = EMPTY
    open_ = False
    for value, whole in pieces:
        if whole:
            current, open_ = current + value, True
            continue
        for part in value.parts:
            if isinstance(part, Hole):
                current, open_ = current + Value((part,)), True
                continue
            first, *others = splitter.split(part)
            if first:
                current, open_ = current + literal(first), True
            for other in others:
                if open_:
                    done.append(current)
                current, open_ = literal(other), bool(other)
    if open_:
        done.append(current)
    return done


_NEVER = re.compile(r"(?!)")
