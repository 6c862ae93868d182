"""Notes in the state directory: a JSON object each, which a kill, a full disk or a hand may have left in any form."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1 << 20


def read_note(place: Path) -> dict[str, Any]:
    """Return what a note says; it never waits for a writer, and follows no link.

    Raises:
        OSError: it can't be read. ValueError: it is no JSON object.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(place, flags), "rb") as file:
        content = file.read(_MOST_BYTES) or b""
    try:
        value = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - as all else that is wrong with it
    return value
