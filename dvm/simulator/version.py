"""The version of Lima that the simulator stands in for, and how versions compare."""

from __future__ import annotations

VERSION = "2.2.0"


def numbers(version: object) -> tuple[int, ...]:
    """Return a version's numbers, without what comes behind a dash."""
    return tuple(int(part) for part in str(version).partition("-")[0].split(".") if part.isdecimal())
