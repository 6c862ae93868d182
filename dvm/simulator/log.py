"""Lima's log on stderr, line for line as logrus writes it when no terminal is there."""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Never

_LEVELS = ("trace", "debug", "info", "warning", "error", "fatal")
_PLAIN = re.compile(r"[A-Za-z0-9._/@^+-]*")


class Refused(Exception):  # noqa: N818 - it is limactl's answer, not a mistake of ours
    """limactl ends with this message at level fatal; `exit_code` is 1 wherever Lima was seen to refuse."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class Reporter:
    """Writes log lines; `form` is `text` or `json`, `level` the least that is written."""

    def __init__(self, form: str = "text", level: str = "info") -> None:
        self.form = form
        self.level = {"warn": "warning"}.get(level, level)

    def info(self, message: str, **fields: str) -> None:
        """Say what is being done."""
        self._write("info", message, fields)

    def warning(self, message: str, **fields: str) -> None:
        """Say what may not be meant."""
        self._write("warning", message, fields)

    def error(self, message: str, **fields: str) -> None:
        """Say what went wrong, and go on."""
        self._write("error", message, fields)

    def fatal(self, message: str) -> None:
        """Say what ends the call. The caller ends it."""
        self._write("fatal", message, {})

    def _write(self, level: str, message: str, fields: dict[str, str]) -> None:
        if _LEVELS.index(level) < _LEVELS.index(self.level):
            return
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if self.form == "json":
            line = json.dumps({**fields, "level": level, "msg": message, "time": now}, sort_keys=True)
        else:
            pairs = {"time": now, "level": level, "msg": message, **dict(sorted(fields.items()))}
            line = " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items())
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def refuse(message: str) -> Never:
    """End the call with Lima's message.

    Raises:
        Refused: always.
    """
    raise Refused(message)


def tick(value: object) -> str:
    """Return the value in backticks, as Lima quotes names and paths."""
    return f"`{value}`"


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
