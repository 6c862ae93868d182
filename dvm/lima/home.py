"""The files below LIMA_HOME: DVM has no other way to any of them (but for dvm.egress, a program beside the VM)."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.files import read_evidence, write_atomically
from dvm.model.evidence import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.evidence import FileEvidence, Role

CONFIG = "lima.yaml"
"""An instance's own configuration; limactl does not delete a directory without it."""
AGENT_FILE = "ha.pid"
"""The number of an instance's host agent, written at each start."""


class Home(Struct, frozen=True):
    """LIMA_HOME on this host. A directory or file that a method takes is below it, or where Lima says.

    Each method raises OSError where the file system says no.
    """

    path: Path

    def of(self, instance: str) -> Path:
        """Return the directory of an instance."""
        return self.path / instance

    def resolved(self, place: Path) -> Path:
        """Return a path without links, as Lima writes it into what it starts."""
        return Path(os.path.realpath(place))

    def exists(self, place: Path, *, follow: bool = True) -> bool:
        """Whether something is there; `follow`: a link that leads nowhere is nothing."""
        return place.exists() if follow else os.path.lexists(place)

    def is_directory(self, place: Path, *, follow: bool = True) -> bool:
        """Whether a directory is there; `follow`: or a link to one."""
        return place.is_dir() and (follow or not place.is_symlink())

    def look(self, place: Path, *, follow: bool = True) -> os.stat_result:
        """Return what the file system says of a file, or of the link that stands for it."""
        return place.stat(follow_symlinks=follow)

    def names(self, directory: Path) -> list[str]:
        """Return the names in a directory, in order."""
        return sorted(os.listdir(directory))  # noqa: PTH208 - names are enough

    def read(
        self, place: Path, most: int = -1, *, follow: bool = False, end: bool = False
    ) -> tuple[bytes, os.stat_result]:
        """Return `most` bytes of a file (-1: all), the last ones with `end`, and what it is: both by one descriptor.

        It never waits: what is no regular file, as `follow` has it, has no bytes.
        """
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        descriptor = os.open(place, flags)
        try:
            with open(descriptor, "rb", closefd=False) as file:
                about = os.fstat(descriptor)
                if not stat.S_ISREG(about.st_mode):
                    return b"", about
                if end:
                    file.seek(max(0, about.st_size - most))
                return file.read(most), about
        finally:
            os.close(descriptor)

    def evidence(self, place: Path, role: Role, *, limit: int = MAX_FILE_BYTES) -> FileEvidence:
        """Return a file together with the way that led to it; never raises. See `dvm.files.read_evidence`."""
        return read_evidence(place, role, limit=limit)

    def free(self) -> int:
        """Return how many bytes are free where LIMA_HOME is, or is to be."""
        return shutil.disk_usage(next(part for part in (self.path, *self.path.parents) if part.exists())).free

    def write(self, place: Path, data: bytes) -> None:
        """Write a file whole or not at all, mode 0600."""
        write_atomically(place, data)

    def move(self, old: Path, new: Path) -> None:
        """Move one file."""
        old.rename(new)

    def open_up(self, directory: Path) -> None:
        """Give a directory, which Lima may make without any right, those of its owner."""
        directory.chmod(0o700)

    def discard(self, place: Path) -> None:
        """Remove a file; that there is none is no error."""
        place.unlink(missing_ok=True)

    def discard_directory(self, directory: Path) -> None:
        """Remove a directory in which there is nothing."""
        directory.rmdir()

    def remove(self, directory: Path) -> None:
        """Remove an instance's directory with all that is in it.

        Raises:
            LimaError: it is no directory of an instance.
        """
        if directory.parent not in {self.path, self.resolved(self.path)}:
            raise LimaError(f"{directory} is not in {self.path}, so it is not removed.")
        shutil.rmtree(directory)

    @contextmanager
    def locked(self, place: Path) -> Iterator[None]:
        """Hold the lock that a file is, which is made; the kernel drops it with this process."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(place, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            # Closing alone would do, unless a process that we started at this very moment had it.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)


def full(home: Home, directory: Path, *, links: bool = False) -> list[str]:
    """Return the names of the directories in one that hold anything; `links`: also of links to such."""
    return [
        name
        for name in home.names(directory)
        if home.is_directory(directory / name, follow=links) and home.names(directory / name)
    ]


def changed_at(home: Home, place: Path) -> float | None:
    """Return when a file, or the link that stands for it, last changed, in seconds since the epoch; None: unknown.

    It is the time of the inode's change, which no `touch`, `cp -p` or `git checkout` sets back.
    """
    found: list[float] = []
    for follow in (True, False):
        with suppress(OSError):
            found.append(home.look(place, follow=follow).st_ctime)
    return max(found, default=None)
