"""How long calls take: at once, unless a test or a measurement asks for more.

`DVM_SIM_DELAY` is the seconds that `create`, `start`, `stop` and `shell` take. `DVM_SIM_LIST_COST=real` makes
`list` take no less than the real one was measured at: 25 ms and 2 ms an instance.
"""

from __future__ import annotations

import os
import time

LIST_BASE = 0.025
LIST_EACH = 0.002


def delay() -> float:
    """Return the seconds that a slow call shall take; 0 when unset or unreadable."""
    try:
        return max(0.0, float(os.environ.get("DVM_SIM_DELAY", "0")))
    except ValueError:
        return 0.0


def take_time() -> None:
    """Sleep as long as a slow call shall take."""
    seconds = delay()
    if seconds:
        time.sleep(seconds)


def pay_for_list(instances: int, started: float) -> None:
    """Sleep what `list` of that many instances still lacks of the real cost; `started` is on the monotonic
    clock.
    """
    if os.environ.get("DVM_SIM_LIST_COST") == "real":
        time.sleep(max(0.0, started + LIST_BASE + LIST_EACH * instances - time.monotonic()))


def parse_duration(text: str) -> float:
    """Return the seconds of Go's `1h2m3.5s`, which the command line has checked."""
    seconds, number = 0.0, ""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0}
    for character in text.replace("ms", "u"):
        if character in units or character == "u":
            seconds += float(number) * units.get(character, 0.001)
            number = ""
        else:
            number += character
    return seconds
