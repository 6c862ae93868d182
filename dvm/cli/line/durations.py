"""Durations on the command line."""

from __future__ import annotations

from dvm.errors import UsageError
from dvm.model.units import parse_duration


def seconds_of(option: str, text: str) -> float:
    """Return the seconds that an option was given; "0" is allowed.

    Raises:
        UsageError: it is no duration.
    """
    try:
        return 0.0 if text in {"0", "0s"} else float(parse_duration(text))
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from error
