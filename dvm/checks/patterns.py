"""Regular expressions that are compiled when they are first asked.

The checks have some two hundred, of which a script meets few: to compile them all takes longer than its review.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Lazy:
    """Stands for a compiled pattern, and has its methods from the first question on."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has of that name
        found = getattr(re.compile(self._text, self._flags), name)
        # So that the next look finds it without asking.
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` returns, as far as its methods and attributes go; a mistake in it shows at first use."""
    return cast("re.Pattern[AnyStr]", _Lazy(text, flags))
