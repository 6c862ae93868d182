"""limactl's log lines (logrus text: `time="…" level=info msg="…"`), without what only machines want."""

from __future__ import annotations

import re

_LINE = re.compile(r'time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r'\\(["\\])')


def message(line: str) -> str:
    """Return what a log line says, with its level in front where that is worth a look; other lines unchanged."""
    match = _LINE.match(line)
    if match is None:
        return line
    level, text = match[1], _ESCAPED.sub(r"\1", match[2])
    return text if level in {"info", "debug"} else f"{level}: {text}"
