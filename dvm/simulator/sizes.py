"""Sizes as Lima writes and reads them: powers of 1024, whatever the unit is called."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kKmMgGtTpP])?[iI]?[bB]?")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def parse_size(text: str) -> int:
    """Return the bytes of `4GiB`, `4GB`, `4g` (all the same to Lima) or `4096`.

    Raises:
        ValueError: with Lima's message.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"invalid size: '{text}'")
    number, unit = match.groups()
    power = "kmgtp".index(unit.lower()) + 1 if unit else 0
    return int(float(number) * 1024**power)


def format_size(size: float) -> str:
    """Return four digits and a unit: 1610612736 is `1.5GiB`."""
    unit = 0
    while size >= 1024 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - the step from unit to unit
        size /= 1024
        unit += 1
    return f"{size:.4g}{_UNITS[unit]}"
