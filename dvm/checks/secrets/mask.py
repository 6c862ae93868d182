"""Takes secrets out of text that is shown as it stands."""

from __future__ import annotations

import re

from dvm.checks.secrets.shapes import hits, key_hits
from dvm.checks.secrets.telling import is_telling, looks_secret

MASKED = "[secret]"
_ASSIGNED = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,80})(?P<sign>[\"']?\s{0,4}(?:[:=]|=>)\s{0,4}|[ =])"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'`$]{4,4096})"
)
_HINT = re.compile(r"pass|secret|token|key|credential|pwd", re.IGNORECASE)


def mask(text: str) -> str:
    """Return `text` with every secret that the checks know by its shape or by the name before it as `[secret]`."""
    found = [(hit.start, hit.end) for hit in (*hits(text), *key_hits(text))]
    if _HINT.search(text):
        found += [match.span("value") for match in _ASSIGNED.finditer(text) if _is_secret(match)]
    return _without(text, found) if found else text


def _is_secret(match: re.Match[str]) -> bool:
    name, value = match["name"], match["value"]
    if (
        not match["sign"].strip(" \"'")
        and not name.startswith("-")
        and match.start()
        and match.string[match.start() - 1] != "-"
    ):
        # `--password x` is an option; `the password is` is a sentence.
        return False
    return is_telling(name) and looks_secret(value.rstrip(",;"), name)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    done: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            done.append(text[at:start] + MASKED)
        at = max(at, end)
    return "".join(done) + text[at:]
