"""How much memory git may take for what a guest sends: a few bytes of a pack can say that they are gigabytes."""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dvm.git.relay import Limits

_ALLOCATION: Final = 512 << 20
"""For one object: git itself makes no deltas of what is larger (core.bigFileThreshold)."""
_ENTRY: Final = 128
"""What index-pack allocates for each object, in one piece."""
_OBJECT: Final = 384
"""All that it and the checks hold of a small object."""
_PROGRAM: Final = 512 << 20


def allocation(limits: Limits) -> int:
    """Return the most bytes that git may allocate at once (GIT_ALLOC_LIMIT)."""
    return max(_ALLOCATION, limits.most_objects * _ENTRY)


def bound(pid: int, limits: Limits) -> None:
    """Bound the address space of a git that was just started, and of what it starts; on Linux, where that can be done.

    Of a delta, git holds what it is made from, the delta and the result.
    """
    if sys.platform == "linux":
        most = _PROGRAM + 3 * allocation(limits) + limits.most_objects * _OBJECT
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
