"""Colour, where it is wanted, and text of others made safe to print."""

from __future__ import annotations

import os
import re
import textwrap
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.model.plan import Action
from dvm.text import visible
from dvm.views.screen import is_screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

WIDTH = 79
"""Columns prose is wrapped to. What people copy is never wrapped."""
_QUOTED = re.compile(r"`[^`]+`")


def use_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether to colour what goes to `stream`: a terminal that can, and nobody who objects.

    `NO_COLOR` counts when it is not empty (no-color.org).
    """
    return not environment.get("NO_COLOR") and is_screen(stream, environment)


def columns(stream: TextIO) -> int | None:
    """Return how many columns the terminal behind `stream` has; None where it is none, or does not tell."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


class Ink(Struct, frozen=True):
    """Paints text, or leaves it alone where colour is off. The text has to be safe to print already."""

    on: bool = False

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def green(self, text: str) -> str:
        """Something that comes."""
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        """Something that changes, or a warning."""
        return self._paint("33", text)

    def red(self, text: str) -> str:
        """Something that goes, or an error."""
        return self._paint("31", text)

    def cyan(self, text: str) -> str:
        """The place in a diff."""
        return self._paint("36", text)

    def bold(self, text: str) -> str:
        """What the eye should find first."""
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        """What is there to be looked up."""
        return self._paint("2", text)

    def by_mark(self, mark: str, text: str) -> str:
        """Paint `text` as its mark (`+`, `-`, `~`, `!`) says."""
        match mark:
            case "+":
                return self.green(text)
            case "-":
                return self.red(text)
            case "~" | "!":
                return self.yellow(text)
            case _:
                return text

    def action(self, action: Action) -> str:
        """Return the mark of an action, three columns wide so that blocks line up."""
        match action:
            case Action.CREATE:
                return "  " + self.green("+")
            case Action.UPDATE:
                return "  " + self.yellow("~")
            case Action.REPLACE:
                return self.red("-") + "/" + self.green("+")
            case Action.DELETE:
                return "  " + self.red("-")
            case Action.NO_OP:
                return "   "


PLAIN = Ink()


def prose(text: str, indent: str) -> Iterable[str]:
    """Yield the lines of a text for people, indented, wrapped where they are long.

    Lines that begin with a blank are code or commands and stay whole, as does what is in backticks: it is there to be
    copied. Every line is indented, so that nothing quoted in the text can pass for a line of DVM's own.
    """
    for line in text.strip("\n").split("\n"):
        safe = visible(line.rstrip())
        if len(indent) + len(safe) <= WIDTH or safe.startswith(" "):
            yield (indent + safe).rstrip()
            continue

        # No text that is safe to show has a NUL.
        lines = textwrap.wrap(
            _QUOTED.sub(lambda quoted: quoted[0].replace(" ", "\0"), safe),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from (each.replace("\0", " ") for each in lines)


def plural(count: int, one: str) -> str:
    """Return `1 script`, `3 scripts`."""
    return f"{count} {one if count == 1 else one + 's'}"
