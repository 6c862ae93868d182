"""Processes that are no VM's, though a stale pid file names them. Lima takes them for its own, and kills them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.simulator.state import FIRST_PID

if TYPE_CHECKING:
    from pathlib import Path


def named_by(file: Path) -> int:
    """Return the number in a pid file if a process of this system has it, else 0; a number that none has is removed."""
    try:
        number = int(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    if not 1 < number < FIRST_PID:
        return 0
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        file.unlink(missing_ok=True)
        return 0
    except OSError:
        pass  # another user's
    return number


def kill(number: int) -> None:
    """End a process as `limactl stop --force` does, whatever it is."""
    if 1 < number < FIRST_PID:
        with suppress(OSError):
            os.kill(number, signal.SIGKILL)
