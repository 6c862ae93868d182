"""Whether a person looks at a stream, on a terminal on which a line can be drawn and erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO


def is_screen(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether `stream` is a terminal with a cursor that moves, and no program that drives DVM reads it."""
    able = environment.get("TERM", "") not in {"", "dumb"}
    return able and not environment.get("DVM_IN_AUTOMATION") and stream.isatty()
