"""A file or directory of the host's as a tar for a guest, all of it called x."""

from __future__ import annotations

import os
import stat
import tarfile
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def send(source: Path, stream: IO[bytes]) -> list[str]:
    """Write `source` to `stream` and return what was left out: sockets, devices and the like.

    A link that was named is followed; links below a directory go as links, never as what they lead to.
    """
    left_out: list[str] = []
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar:
        _add(tar, source, "x", left_out)
    return left_out


def send_stream(source: IO[bytes], size: int, stream: IO[bytes]) -> None:
    """Write `size` bytes of `source` to `stream` as a file that its owner and all others may read."""
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar:
        header = tarfile.TarInfo("x")
        header.mode, header.size, header.mtime = 0o644, size, int(time.time())
        tar.addfile(header, source)


def size_of(source: Path) -> int | None:
    """Return the bytes of a file; None: of a directory nobody knows before they are counted."""
    return source.stat().st_size if source.is_file() else None


def _add(tar: tarfile.TarFile, path: Path, name: str, left_out: list[str], *, at: int | None = None) -> None:
    """Add an entry. `at` is the directory it is in, by descriptor; None: it was named, and is followed.

    Below what was named no path is walked twice: a directory that somebody swaps for a link meanwhile leads nowhere.

    Raises:
        OSError: it can't be read, or is another thing than a moment before.
    """
    entry, follow = (path, True) if at is None else (path.name, False)
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        facts = os.stat(entry, dir_fd=at, follow_symlinks=follow)
        header = tarfile.TarInfo(name)
        header.mode, header.mtime = stat.S_IMODE(facts.st_mode) & 0o777, int(facts.st_mtime)
        if stat.S_ISDIR(facts.st_mode):
            header.type = tarfile.DIRTYPE
            directory = os.open(entry, flags | os.O_DIRECTORY, dir_fd=at)
            try:
                tar.addfile(header)
                for child in sorted(os.listdir(directory)):  # noqa: PTH208 - by descriptor
                    _add(tar, path / child, f"{name}/{child}", left_out, at=directory)
            finally:
                os.close(directory)
        elif stat.S_ISREG(facts.st_mode):
            with os.fdopen(os.open(entry, flags, dir_fd=at), "rb") as file:
                header.size = os.fstat(file.fileno()).st_size
                tar.addfile(header, file)
        elif stat.S_ISLNK(facts.st_mode):
            header.type, header.linkname = tarfile.SYMTYPE, os.readlink(entry, dir_fd=at)
            tar.addfile(header)
        else:
            left_out.append(str(path))
    except OSError as error:
        if error.filename == entry:
            error.filename = str(path)
        raise
