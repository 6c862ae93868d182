"""What this machine has to give: memory and room on the disk."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def memory() -> int:
    """Return the machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def free_disk(place: Path) -> int:
    """Return how many bytes are free where `place` is, or is to be."""
    there = next(part for part in (place, *place.parents) if part.exists())
    return shutil.disk_usage(there).free
