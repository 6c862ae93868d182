"""The files below LIMA_HOME, for what changes them: `dvm.execute` has no other way to any of them."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = "lima.yaml"


class Home(Struct, frozen=True):
    """LIMA_HOME on this host. A directory or file that a method takes is in an instance's directory, or is one.

    Each method raises OSError where the file system says no.
    """

    path: Path

    def of(self, instance: str) -> Path:
        """Return the directory of an instance."""
        return self.path / instance

    def exists(self, place: Path) -> bool:
        """Whether something is there, and no link that leads nowhere."""
        return place.exists()

    def is_taken(self, place: Path) -> bool:
        """Whether anything has this name."""
        return os.path.lexists(place)

    def has_config(self, directory: Path) -> bool:
        """Whether there is a lima.yaml; without one limactl does not delete the directory."""
        return self.exists(directory / CONFIG)

    def full(self, directory: Path, *, links: bool = False) -> list[str]:
        """Return the names of the directories in it that hold anything; `links`: also of links to such."""
        with os.scandir(directory) as entries:
            inside = [entry.name for entry in entries if entry.is_dir(follow_symlinks=links)]
        return sorted(name for name in inside if any((directory / name).iterdir()))

    def write(self, place: Path, data: bytes) -> None:
        """Write a file whole or not at all, mode 0600."""
        write_atomically(place, data)

    def discard(self, place: Path) -> None:
        """Remove a file; that there is none is no error."""
        place.unlink(missing_ok=True)

    def make_empty(self, place: Path) -> None:
        """Make an empty file."""
        place.touch()

    def move(self, old: Path, new: Path) -> None:
        """Move one file."""
        old.rename(new)

    def open_up(self, directory: Path) -> None:
        """Give the directories in it, which Lima makes without any right, those of their owner."""
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.path, 0o700)  # noqa: PTH101

    def remove(self, directory: Path) -> None:
        """Remove an instance's directory with all that is in it.

        Raises:
            LimaError: it is no directory of an instance.
        """
        if directory.parent not in {self.path, self.path.resolve()}:
            raise LimaError(f"{directory} is not in {self.path}, so it is not removed.")
        shutil.rmtree(directory)

    def remove_bare(self, directory: Path) -> None:
        """Remove an instance's directory in which there is nothing but, at most, a lima.yaml."""
        (directory / CONFIG).unlink(missing_ok=True)
        directory.rmdir()

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
