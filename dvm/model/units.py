"""Sizes in bytes and durations in seconds, and how people write them."""

from __future__ import annotations

import re

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]i?B)")
_DURATION = re.compile(r"(?=[0-9])(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")
_BINARY = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_DECIMAL = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

_YEAR_SECONDS = 365 * 24 * 3600
_MOST_DIGITS = 9
_TOO_LONG = "a duration is at most 8760h, which is a year"

MIB = 1 << 20
GIB = 1 << 30


def parse_size(text: str) -> int:
    """Return bytes for `"8GiB"`, `"1.5GiB"` or `"512MiB"`.

    Raises:
        ValueError: the text is no size, or names a decimal unit (Lima reads `GB` as `GiB`, so we refuse it
            rather than mean something else than Lima does).
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError('a size is a number and a unit, as in "8GiB" or "512MiB"')
    number, unit = match.groups()
    if unit in _DECIMAL:
        raise ValueError(f"write {unit[0]}iB instead of {unit}: Lima counts in powers of 1024")
    size = float(number) * _BINARY[unit]
    if size == float("inf"):
        raise ValueError("a size is smaller than that")
    if size != int(size):
        raise ValueError("a size is a whole number of bytes")
    return int(size)


def format_size(size: int) -> str:
    """Return the shortest exact way to write `size` bytes: `8GiB`, `1536MiB`, `1000B`."""
    for unit, factor in reversed(_BINARY.items()):
        if size >= factor and size % factor == 0:
            return f"{size // factor}{unit}"
    return f"{size}B"


def parse_duration(text: str) -> int:
    """Return seconds for `"15m"`, `"1h30m"` or `"90s"`.

    Raises:
        ValueError: the text is no duration, is none at all (zero), or is more than a year.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError('a duration is written as "90s", "15m" or "1h30m"')
    parts = match.groups(default="0")
    # Clocks and waits of the system take no number that is much larger, and Python reads none of so many digits.
    if any(len(part.lstrip("0")) > _MOST_DIGITS for part in parts):
        raise ValueError(_TOO_LONG)
    hours, minutes, seconds = map(int, parts)
    total = hours * 3600 + minutes * 60 + seconds
    if total == 0:
        raise ValueError("a duration is longer than zero")
    if total > _YEAR_SECONDS:
        raise ValueError(_TOO_LONG)
    return total


def format_duration(seconds: int) -> str:
    """Return the shortest way to write `seconds`: `1h30m`, `15m`, `90s` as `1m30s`."""
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def format_age(seconds: float) -> str:
    """Return an age in its largest unit, for people: `40s`, `12m`, `3h`, `2d`."""
    units = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
    size, unit = next(((size, unit) for size, unit in units if seconds >= size), units[-1])
    return f"{max(0, int(seconds)) // size}{unit}"
