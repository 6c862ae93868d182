"""Takes secrets out of text that is shown as it is."""

from __future__ import annotations

import re

from dvm.checks.patterns import pattern
from dvm.checks.secrets.shapes import hits, key_hits
from dvm.checks.secrets.telling import is_telling, looks_secret

MASKED = "[secret]"
_VALUE = r"(?P<quote>[\"']?)(?P<value>[^\s\"'`$]{4,4096})"
_ASSIGNED = pattern(rf"(?P<name>[A-Za-z_][\w.-]{{0,80}})[\"']?\s{{0,4}}(?:[:=]|=>)\s{{0,4}}{_VALUE}")
_OPTION = pattern(rf"(?<!\S)--?(?P<name>[A-Za-z][\w-]{{0,80}})[ =](?!-){_VALUE}")
_HINT = pattern(r"pass|secret|token|key|credential|pwd", re.IGNORECASE)


def mask(text: str) -> str:
    """Return `text` with every secret that the checks know by its shape or by the name before it as `[secret]`."""
    found = [(hit.start, hit.end) for hit in (*hits(text), *key_hits(text))]
    if _HINT.search(text):
        for pattern in (_ASSIGNED, _OPTION):
            found += [match.span("value") for match in pattern.finditer(text) if _is_secret(match)]
    return _without(text, found) if found else text


def _is_secret(match: re.Match[str]) -> bool:
    return is_telling(match["name"]) and looks_secret(match["value"].rstrip(",;"), match["name"])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    done: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            done.append(text[at:start] + MASKED)
        at = max(at, end)
    return "".join(done) + text[at:]
