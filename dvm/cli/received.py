"""A tar that a guest sent, taken apart by somebody who trusts nothing in it.

It is extracted into a new directory of ours, in which no link is ever made; only then what was asked for moves into
place. Names that were not asked for, ways out of the directory, and what no tar of ours has are refused as a whole.
Links, devices and the like are left out and told of. However much is sent, little of it is held in memory.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from pathlib import Path
from typing import IO, Any

from dvm.errors import DvmError
from dvm.text import visible

_CHUNK = 1 << 18
# The headers of long names are read into memory whole, and Python searches them in quadratic time; no system has
# paths of more than 4 KiB.
_LONGEST_HEADER = 16 << 10
# Deeper trees have no use, and what takes directories away again does it by recursion.
_DEEPEST = 200
_MOST_PADDING = 1 << 20
_MOST_TOLD = 1000
# A long name and a long link's target, each with a header of pax's: no tar writes more of them before one entry, and
# Python reads each within the reading of the one before it.
_MOST_EXTENDED = 4
# Not pax's global headers: they add up in memory to the end of the tar, and no tar writes any by itself.
_EXTENDED = frozenset({tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK})
_LEFT_OUT = frozenset({tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE})
_TAKEN = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE})


class UntrustedError(DvmError):
    """The guest answered with something else than what was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The guest answered with what was not asked for: {visible(what)}.",
            detail="Nothing was written. A tar program that works right does not do so: do not trust this guest.",
        )


class _Header(tarfile.TarInfo):
    """A header that is looked at before anything in it is followed."""

    in_a_row = 0
    """Extended headers since the last entry. Each tar that is read has a class of its own to count in."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str | None, errors: str) -> _Header:
        header = super().frombuf(buf, encoding or "utf-8", errors)
        kind = header.type
        if kind in _EXTENDED:
            cls.in_a_row += 1
            if header.size > _LONGEST_HEADER or cls.in_a_row > _MOST_EXTENDED:
                raise UntrustedError("a header of many bytes")
        elif kind not in _TAKEN | _LEFT_OUT:
            raise UntrustedError(f"an entry of the unknown kind {kind!r}")
        else:
            cls.in_a_row = 0
        if header.size < 0:
            raise UntrustedError("a negative size")
        return header

    # Sparse files as pax has them: their map is read from the stream as long as it says it is.
    def _proc_gnusparse_00(self, *_arguments: object) -> None:
        raise UntrustedError("a sparse file")

    _proc_gnusparse_01 = _proc_gnusparse_10 = _proc_gnusparse_00


def extract(stream: IO[bytes], into: Path, name: str | None, *, recursive: bool) -> tuple[Path, list[str]]:
    """Extract the file `./NAME`, or, with `recursive`, a directory, into the empty directory `into`.

    `name` None: whatever single file it is called. Returns where it lies, and the names that were left out, the
    first thousand of them.

    Raises:
        UntrustedError: the tar has anything that was not asked for.
        DvmError: a file is larger than what is free.
        tarfile.TarError: it is no tar, or ends in the middle.
    """
    root = into / "x"
    left_out: list[str] = []
    header = type("Header", (_Header,), {})
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=header, encoding="utf-8", errors="surrogateescape") as tar:
        while (member := tar.next()) is not None:
            # tarfile keeps every header that it has seen.
            tar.members.clear()  # type: ignore[attr-defined]
            parts = _parts(member.name)
            if member.issparse() or member.size < 0:  # a pax header may set it anew
                raise UntrustedError("a sparse file, or a negative size")
            if not root.exists():
                _begin(member, parts, name, root, recursive=recursive)
                if member.isreg():
                    _write(tar, member, root)
                continue
            if not parts or not root.is_dir():
                raise UntrustedError(f"a second {member.name!r}")
            if member.type in _LEFT_OUT:
                if len(left_out) < _MOST_TOLD:
                    left_out.append(member.name)
                continue
            _add(tar, member, root.joinpath(*parts))
    if not root.exists():
        raise tarfile.ReadError("the tar is empty")
    _read_padding(stream)
    return root, left_out


def _read_padding(stream: IO[bytes]) -> None:
    """Read the zeros that fill the last block, so that the sender ends well; they are not kept."""
    left = _MOST_PADDING
    while left > 0:
        chunk = stream.read(min(left, _CHUNK))
        if not chunk:
            return
        left -= len(chunk)
    raise UntrustedError("more after the end of the tar")


def _parts(name: str) -> list[str]:
    if name.startswith("/"):
        raise UntrustedError(f"the absolute name {name!r}")
    first, *rest = name.rstrip("/").split("/") if name != "./" else ["."]
    if first != "." or any(part in {"", ".", ".."} for part in rest):
        raise UntrustedError(f"the name {name!r}")
    if len(rest) > _DEEPEST:
        raise UntrustedError(f"directories in directories, more than {_DEEPEST} deep")
    return rest


def _begin(member: tarfile.TarInfo, parts: list[str], name: str | None, root: Path, *, recursive: bool) -> None:
    if member.isdir() and recursive and not parts:
        root.mkdir(mode=0o777)
    elif not member.isreg() or len(parts) != 1 or name not in {None, parts[0]}:
        raise UntrustedError(f"the name {member.name!r}")


def _add(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    try:
        if member.isdir():
            place.mkdir(mode=0o777)
        else:
            _write(tar, member, place)
    except (FileExistsError, NotADirectoryError, FileNotFoundError) as error:
        raise UntrustedError(f"the name {member.name!r} out of turn") from error


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    source = tar.extractfile(member)
    assert source is not None
    free = shutil.disk_usage(place.parent).free
    if member.size > free:
        raise DvmError(
            f"{visible(member.name)} has {member.size} bytes; {free} are free where it would go.",
            detail="Nothing was written.",
        )
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)
        # Not set-id bits, nor anything for others than our umask gives.
        os.fchmod(target.fileno(), (member.mode & 0o777 & ~_umask()) | 0o600)
    _set_time(place, member.mtime)


def _set_time(place: Path, mtime: Any) -> None:  # noqa: ANN401 - a pax header may make it what it likes
    try:
        os.utime(place, (float(mtime), float(mtime)), follow_symlinks=False)
    except (OverflowError, ValueError, OSError):
        return


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def move_into_place(source: Path, target: Path) -> None:
    """Move an extracted file or directory to `target`, which may be there: a directory is merged into it.

    Links at or below `target` are never followed; a file takes the place of what was there.

    Raises:
        DvmError: a file is where a directory should go, or the other way.
    """
    if not source.is_dir():
        if target.is_dir() and not target.is_symlink():
            raise DvmError(f"{visible(str(target))} is a directory.", detail="Nothing was written.")
        source.replace(target)
        return
    try:
        facts = target.lstat()
    except FileNotFoundError:
        source.replace(target)
        return
    if not stat.S_ISDIR(facts.st_mode):
        raise DvmError(f"{visible(str(target))} is there and is no directory.", detail="A link is not followed.")
    for entry in sorted(source.iterdir()):
        move_into_place(entry, target / entry.name)
