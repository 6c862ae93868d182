"""What cases are made with."""

from __future__ import annotations

import textwrap

URL = "https://example.org/i.sh"
GET = f"curl -fsSLo i.sh {URL}\n"
FETCH = f"curl -fsSL {URL}"
SUM = "0123456789abcdef" * 4
_KEPT = "\0"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def each(template: str, words: str, before: str = "") -> list[str]:
    """One script for each of the words, in place of `{}`; a blank within one has a backslash in front."""
    return [
        f"{before}{template.replace('{}', word)}\n"
        for word in (w.replace(_KEPT, " ") for w in words.replace("\\ ", _KEPT).split())
    ]


def lines(text: str, before: str = "", after: str = "") -> list[str]:
    """One script for each line."""
    return [f"{before}{line}\n{after}" for line in textwrap.dedent(text).strip("\n").split("\n")]
