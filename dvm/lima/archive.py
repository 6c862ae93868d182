"""A guest's code directories as a stream: taken from a guest that may send anything, and handed to one."""

from __future__ import annotations

import os
import shutil
from typing import IO, TYPE_CHECKING

from dvm.errors import DvmError
from dvm.lima.tar_walk import NoTarError, TarWalk
from dvm.model.units import format_size

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.lima.transfer import Transfer

_CHUNK = 1 << 20
# An empty file takes 512 bytes of a tar, and about 300 of a disk.
_MOST_TIMES = 2
_BESIDES = 64 << 20
_USUAL_DISK = 30 << 30
_LEFT_FREE = 1 << 30
_LOOK_BYTES = 64 << 20


class BadArchiveError(DvmError):
    """What the guest sent is no archive that could be restored."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"What the guest sent is no whole tar: {why}.",
            detail="It was thrown away. A tar program that works does not do so.",
            remedy="Look at the tar of the guest. If you can't explain it, do not trust this guest.",
        )


def most_bytes(disk: int | None) -> int:
    """Return how large an archive of a guest with a disk of so many bytes may be; None: limactl does not say."""
    return (disk or _USUAL_DISK) * _MOST_TIMES + _BESIDES


def take(
    transfer: Transfer, file: IO[bytes], place: Path, *, limit: int, progress: Callable[[int], None] = lambda _b: None
) -> int:
    """Write what a guest sends to `file`, at `place`, and return how many entries the tar has.

    Whether it is what the guest says it sent is another question: `Transfer.proven`.

    Raises:
        BadArchiveError: it is no whole tar.
        DvmError: it is larger than `limit` bytes, or leaves the host's disk less than 1 GiB.
    """
    walk, size, looked = TarWalk(), 0, -_LOOK_BYTES
    try:
        while chunk := transfer.file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise DvmError(
                    f"The guest sends more than {format_size(limit)}, which is more than its disk can hold.",
                    detail="It was thrown away.",
                    remedy="Look at what is in the code directory. If you can't explain it, do not trust this guest.",
                )
            walk.feed(chunk)
            if size - looked >= _LOOK_BYTES:
                looked = size
                _demand_room(place)
            file.write(chunk)
            progress(size)
        walk.end()
    except NoTarError as error:
        raise BadArchiveError(str(error)) from error
    return walk.entries


def _demand_room(place: Path) -> None:
    free = shutil.disk_usage(os.path.dirname(place) or ".").free  # noqa: PTH120 - of a path that may be relative
    if free < _LEFT_FREE:
        raise DvmError(
            "The disk of this host would be full.",
            detail=f"{format_size(free)} are left where {place.name} is written; DVM leaves 1 GiB.",
            remedy="Make room, or name a file on another disk.",
        )
