"""TOML texts, read once each: the manifest's reader and the look for secrets in it want the same values."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT = 4096
MAX_KEY_PARTS = 16
MAX_VALUES = 20_000
"""Tables, keys' values and elements of lists, together, in one file."""
# tomllib's time grows with the square of the parts of a dotted key: 50,000 take 20 seconds.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS}}}")


class TomlLimitError(ValueError):
    """The text goes beyond a limit; the message is a clause that names it."""


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Mapping[str, object]:
    """Return what a text says. All who ask get the same tables: they are not to be changed.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML. RecursionError: it is nested too deeply.
        TomlLimitError: a key has too many parts, or the file too many values.
        ValueError: a number has more digits than Python reads.
    """
    long = _LONG_KEY.search(text)
    if long is not None:
        line = text.count("\n", 0, long.start()) + 1
        raise TomlLimitError(f"line {line} has a key of more than {MAX_KEY_PARTS} parts with dots between")
    values = tomllib.loads(text)
    _demand_few(values)
    return values


def _demand_few(values: Mapping[str, object]) -> None:
    """What reads the values later takes longer for each than the parser does."""
    ahead: list[object] = [values]
    count = 0
    while ahead:
        item = ahead.pop()
        inner = list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else ()
        count += len(inner)
        if count > MAX_VALUES:
            raise TomlLimitError(f"it has more than {MAX_VALUES} values")
        ahead.extend(inner)
