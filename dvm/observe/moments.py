"""When files changed, where their text alone does not show what a VM was booted with."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.home import Home


def changed_at(home: Home, path: Path) -> float | None:
    """Return when a file, or the link that stands for it, last changed, in seconds since the epoch; None: unknown.

    It is the time of the inode's change, which no `touch`, `cp -p` or `git checkout` sets back.
    """
    found = [_ctime(home, path, follow=follow) for follow in (True, False)]
    return max((moment for moment in found if moment is not None), default=None)


def _ctime(home: Home, path: Path, *, follow: bool) -> float | None:
    with suppress(OSError):
        return home.look(path, follow=follow).st_ctime
    return None


def content_changed_at(home: Home, directory: Path) -> float | None:
    """Return when something was last added to a directory or removed from it, in seconds since the epoch."""
    with suppress(OSError):
        return home.look(directory).st_mtime
    return None
