"""A setup script as the checks see it: which commands it runs, what it brings in, and what it runs of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import force_setattr

from dvm.checks.patterns import pattern
from dvm.checks.scripts.values import DataOrigin, Place, Value

if TYPE_CHECKING:
    from collections.abc import Iterator


_HOLE = pattern("\ue000[^\ue001]*\ue001")


class Command(Struct, frozen=True):
    """One command that the script may run, wrappers such as sudo taken off, words expanded as far as known.

    `name` is the program without its directory, empty where it is not known. `assignments` are the variables
    put before it (`A=b cmd`, `env A=b cmd`).
    """

    name: str
    words: tuple[Value, ...]
    place: Place
    text: str
    stdin: Value | None = None
    assignments: tuple[tuple[str, Value], ...] = ()
    texts: tuple[str, ...] = ()
    """The words after the name as text; filled in."""

    def __post_init__(self) -> None:
        """Spell the words once: every check asks for them."""
        force_setattr(self, "texts", tuple([word.text for word in self.words[1:]]))

    @property
    def args(self) -> tuple[Value, ...]:
        """The words after the name."""
        return self.words[1:]


class Assignment(Struct, frozen=True):
    """A variable that gets a value, by an assignment or in front of a command."""

    name: str
    value: Value
    place: Place


class CodeRun(Struct, frozen=True):
    """Unchecked data that is run as code. `how` completes "is run by …"."""

    place: Place
    origin: DataOrigin
    how: str


class Stored(Struct, eq=False):
    """A file as the script leaves it. `source` is where its text comes from if that is the network."""

    key: str
    name: str
    text: Value
    place: Place
    unverified: set[Stored]
    """The files that nothing has verified, at the present point of the script."""
    source: DataOrigin | None = None
    runnable: Place | None = None
    """Where it was made executable while unchecked."""
    doubt: str = ""
    """Why a check of it does not count."""
    verified: bool = False
    """Whether some check of it counted, if only in one branch."""

    @property
    def shown(self) -> str:
        """Its name as it may be printed."""
        if self.key.startswith("\ue000mktemp") and "/" not in self.key:
            return "a temporary file"
        return _HOLE.sub("\N{HORIZONTAL ELLIPSIS}", self.name)

    @property
    def origin(self) -> DataOrigin | None:
        """Where it comes from, None where that is verified at the present point."""
        return self.source if self in self.unverified else None

    @property
    def content(self) -> Value:
        """What is in it, trusted as far as the file is."""
        return self.text if self.source is None or self in self.unverified else self.text.trusted()


class Written(Struct, frozen=True):
    """Text that the script writes to a file."""

    name: str
    content: Value
    place: Place


class Sunk(Struct, frozen=True):
    """Unchecked data that is unpacked, imported or loaded without ever being a file. `how`: by what."""

    origin: DataOrigin
    how: str


class Comment(Struct, frozen=True):
    """A comment of the script. `alone`: nothing else is on its line."""

    text: str
    line: int
    column: int
    alone: bool


class Trouble(Struct, frozen=True):
    """A part of the script that can't be followed, and why. `runs`: a shell or an interpreter runs it."""

    place: Place
    what: str
    runs: bool = True


class Program(Struct):
    """All that was found in one script, in the order it would run, as far as that is known."""

    text: str
    commands: list[Command] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    runs: list[CodeRun] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    sunk: list[Sunk] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    moving: list[tuple[Place, str]] = field(default_factory=list)
    """Commands that bring what a branch holds today, and where."""
    opening: list[Command] = field(default_factory=list)
    """The commands at the top of the script, outside of functions and conditions, in order."""

    secrets: frozenset[str] | None = None
    """Secrets by name, as they would be printed; found when something is to be printed."""
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """First and last line of each statement, outer ones before those inside."""

    def around(self, line: int) -> tuple[int, int]:
        """Return first and last line of the innermost statement that a line is part of."""
        within = [lines for lines in self.ranges if lines[0] <= line <= lines[1]]
        return min(within, key=lambda lines: lines[1] - lines[0], default=(line, line))

    def warn_only(self, begin: int, ending: str = "") -> None:
        """Let the troubles from `begin` on that end so deny nothing: what is unknown now is known when it runs."""
        self.troubles[begin:] = [
            Trouble(item.place, item.what, runs=False) if item.what.endswith(ending) else item
            for item in self.troubles[begin:]
        ]

    def unchecked(self) -> Iterator[Stored]:
        """Yield the files from the network that nothing in the script has verified."""
        return (item for item in self.stored if item.origin is not None and (not item.verified or item.runnable))


NOWHERE = Place(1, 1, 1, 1)
BEFORE = Place(0, 0, 0, 0)
"""The place of what is there before the script begins."""
TOP = 0
"""The line that stands for the whole script in the places of what can't be read."""
