"""A setup script as the checks see it: which commands it runs, what it brings in, and what it runs of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import force_setattr

from dvm.checks.scripts.values import Origin, Place, Value

if TYPE_CHECKING:
    from collections.abc import Iterator


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


class Run(Struct, frozen=True):
    """Unchecked data that is run as code. `how` completes "is run by …"."""

    place: Place
    origin: Origin
    how: str


class Stored(Struct):
    """A file as the script leaves it. `origin` is set while nobody has checked it."""

    key: str
    name: str
    content: Value
    place: Place
    origin: Origin | None = None
    runnable: Place | None = None
    """Where it was made executable while unchecked."""
    doubt: str = ""
    """Why a check of it does not count."""


class Written(Struct, frozen=True):
    """Text that the script writes to a file."""

    name: str
    content: Value
    place: Place


class Sunk(Struct, frozen=True):
    """Unchecked data that is unpacked, imported or loaded without ever being a file. `how`: by what."""

    origin: Origin
    how: str


class Comment(Struct, frozen=True):
    """A comment of the script. `alone`: nothing else is on its line."""

    text: str
    line: int
    column: int
    alone: bool


class Trouble(Struct, frozen=True):
    """A part of the script that could not be read, and why."""

    place: Place
    what: str


class Program(Struct):
    """All that was found in one script, in the order it would run, as far as that can be told."""

    text: str
    commands: list[Command] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    sunk: list[Sunk] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
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

    def unchecked(self) -> Iterator[Stored]:
        """Yield the files from the network that nothing in the script has verified."""
        return (item for item in self.stored if item.origin is not None)


NOWHERE = Place(1, 1, 1, 1)
