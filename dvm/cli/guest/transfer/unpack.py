"""A tar that a guest sent, taken apart by somebody who trusts nothing in it.

It is extracted into a new directory of ours, in which no link is ever made; only then what was asked for moves into
place. Names that were not asked for, ways out of the directory, and what no tar of ours has are refused as a whole.
Links, devices and the like are left out and reported. However much is sent, little of it is held in memory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tarfile
from tarfile import BLOCKSIZE, GNUTYPE_LONGLINK, GNUTYPE_LONGNAME, XHDTYPE, HeaderError, ReadError
from typing import IO, TYPE_CHECKING

from dvm.errors import DvmError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

_CHUNK = 1 << 18
# The headers of long names are read into memory whole; no system has paths of more than 4 KiB.
_LONGEST_HEADER = 16 << 10
# GNU tar writes two before an entry with a long name that is a link to a long name, all others one.
_MOST_HEADERS = 4
_MOST_DIGITS = 20
# Deeper trees have no use, and what takes directories away again does it by recursion.
_DEEPEST = 200
_MOST_PADDING = 1 << 20
_MOST_TOLD = 1000
# Not pax's global headers, which add up: no tar program writes them unasked.
_EXTENDED = frozenset({XHDTYPE, GNUTYPE_LONGNAME, GNUTYPE_LONGLINK})
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
    """A header that is looked at before anything in it is followed.

    What is in front of an entry (its long name, its pax records) is read here and not by tarfile, which does it by
    recursion, believes a record's length, and keeps all that it is told, however much that is.
    """

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """Return the next entry, with what the headers in front of it say."""
        header, told = cls._read(tarfile), dict[bytes, bytes]()
        for _ in range(_MOST_HEADERS + 1):
            if header.type not in _EXTENDED:
                break
            told |= header.said(tarfile.fileobj.read(_whole_blocks(header.size))[: header.size])
            try:
                header = cls._read(tarfile)
            except HeaderError as error:
                # Not the end of the tar, which tarfile would take it for.
                raise ReadError(str(error)) from error
        else:
            raise UntrustedError("headers upon headers")
        header.heed(told)
        header.offset_data = tarfile.offset = tarfile.fileobj.tell()
        if header.isreg():
            tarfile.offset += _whole_blocks(header.size)
        return header

    @classmethod
    def _read(cls, tar: tarfile.TarFile) -> Self:
        header = cls.frombuf(tar.fileobj.read(BLOCKSIZE), tar.encoding or "utf-8", tar.errors or "strict")
        kind = header.type
        if kind in _EXTENDED:
            if header.size > _LONGEST_HEADER:
                raise UntrustedError("a header of many bytes")
        elif kind not in _TAKEN | _LEFT_OUT:
            raise UntrustedError(f"an entry of the unknown kind {kind!r}")
        if header.size < 0:
            raise UntrustedError("a negative size")
        return header

    def said(self, text: bytes) -> dict[bytes, bytes]:
        """Return what this header says of the entry behind it. No link is made: where one leads is of no interest."""
        if self.type == XHDTYPE:
            return dict(_records(text))
        return {b"path": text.partition(b"\0")[0]} if self.type == GNUTYPE_LONGNAME else {}

    def heed(self, told: dict[bytes, bytes]) -> None:
        """Take over what was said in front of this entry."""
        if any(keyword.startswith(b"GNU.sparse.") for keyword in told):
            # Their map would be read from the stream for as long as it says it is.
            raise UntrustedError("a sparse file")
        if b"path" in told:
            self.name = told[b"path"].decode("utf-8", "surrogateescape")
            if self.isdir():
                self.name = self.name.rstrip("/")
        if b"size" in told:
            digits = told[b"size"]
            if not digits.isdigit() or len(digits) > _MOST_DIGITS:
                raise UntrustedError("a size that is none, or a negative size")
            self.size = int(digits)
        if b"mtime" in told:
            with contextlib.suppress(ValueError):
                self.mtime = float(told[b"mtime"])


def _whole_blocks(size: int) -> int:
    return -(-size // BLOCKSIZE) * BLOCKSIZE


def _records(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the records of a pax header, each of which is `LENGTH KEYWORD=VALUE` and a line feed."""
    at = 0
    while at < len(text):
        blank = text.find(b" ", at, at + _MOST_DIGITS)
        digits = text[at : max(blank, at)]
        end = at + int(digits) if digits.isdigit() else at
        keyword, equals, value = text[blank + 1 : max(end - 1, 0)].partition(b"=")
        if not equals or end > len(text) or text[end - 1 : end] != b"\n":
            raise ReadError("a pax header is none")
        yield keyword, value
        at = end


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
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, encoding="utf-8", errors="surrogateescape") as tar:
        while (member := tar.next()) is not None:
            # tarfile keeps every header that it has seen.
            tar.members.clear()  # type: ignore[attr-defined]
            parts = _parts(member.name)
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
        raise ReadError("the tar is empty")
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


def _set_time(place: Path, mtime: float) -> None:
    try:
        os.utime(place, (mtime, mtime), follow_symlinks=False)
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
        if target.exists() and not target.is_file():
            raise DvmError(f"{visible(str(target))} is no regular file.", detail="It stays as it is.")
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
