"""A setup script's output as it comes, in lines that are safe to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.text import visible
from dvm.views.masking import mask

if TYPE_CHECKING:
    from dvm.model.plan import Step

LONGEST = 4096
"""Bytes of a line that are shown as one; what is longer goes on in the next."""


class LineCutter:
    """Cuts what comes piece by piece into lines, escapes made visible and known secrets taken out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that are whole with this piece."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        while len(rest) > LONGEST:
            whole.append(rest[:LONGEST])
            rest = rest[LONGEST:]
        self._rest = rest
        return [line for raw in whole for line in _shown(raw)]

    def end(self) -> list[str]:
        """Return what is left without a newline at its end."""
        rest, self._rest = self._rest, b""
        return _shown(rest) if rest else []


class ScriptOutput:
    """The lines of several steps side by side."""

    def __init__(self) -> None:
        self._steps: dict[str, LineCutter] = {}

    def lines(self, step: Step, chunk: bytes) -> list[str]:
        """Return the lines that are whole with this piece of a step's output."""
        return self._steps.setdefault(step.id, LineCutter()).feed(chunk)

    def end(self, step: Step) -> list[str]:
        """Return what a step left without a newline at its end."""
        left = self._steps.pop(step.id, None)
        return [] if left is None else left.end()


def _shown(raw: bytes) -> list[str]:
    pieces = [raw[at : at + LONGEST] for at in range(0, len(raw), LONGEST)] or [b""]
    # Of a bar that is drawn over itself, what a terminal would show in the end.
    texts = (piece.rstrip(b"\r").rsplit(b"\r", 1)[-1].decode("utf-8", "replace") for piece in pieces)
    return [visible(mask(text.replace("\t", "    "))) for text in texts]
