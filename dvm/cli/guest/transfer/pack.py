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
        _add(tar, source, "x", left_out, follow=True)
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


def _add(tar: tarfile.TarFile, path: Path, name: str, left_out: list[str], *, follow: bool = False) -> None:
    facts = path.stat() if follow else path.lstat()
    header = tarfile.TarInfo(name)
    header.mode, header.mtime = stat.S_IMODE(facts.st_mode) & 0o777, int(facts.st_mtime)
    if stat.S_ISDIR(facts.st_mode):
        header.type = tarfile.DIRTYPE
        tar.addfile(header)
        for entry in sorted(path.iterdir()):
            _add(tar, entry, f"{name}/{entry.name}", left_out)
    elif stat.S_ISREG(facts.st_mode):
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
        with os.fdopen(os.open(path, flags), "rb") as file:
            header.size = os.fstat(file.fileno()).st_size
            tar.addfile(header, file)
    elif stat.S_ISLNK(facts.st_mode):
        header.type, header.linkname = tarfile.SYMTYPE, str(path.readlink())
        tar.addfile(header)
    else:
        left_out.append(str(path))
