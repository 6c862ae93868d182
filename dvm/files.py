"""Host files, read once and written whole.

`read_evidence` walks a path itself, one component at a time, and every step starts from the descriptor of the
directory before it. So the directories and links in the evidence are the very ones that led to the bytes:
between the check and the read there is no second look-up that somebody could slip another file into.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.evidence import MAX_FILE_BYTES, FileEvidence, Kind, PathPart, Unreadable

if TYPE_CHECKING:
    from dvm.model.evidence import Role

# A descriptor that names a thing without opening it. macOS has none; there names are looked at with fstatat
# and directories opened for reading, which also needs their read permission.
_O_PATH = getattr(os, "O_PATH", 0)
_LINK_LIMIT = 40
_CHUNK = 1 << 18
_KINDS = {
    stat.S_IFREG: Kind.REGULAR,
    stat.S_IFDIR: Kind.DIRECTORY,
    stat.S_IFLNK: Kind.SYMLINK,
    stat.S_IFIFO: Kind.FIFO,
    stat.S_IFSOCK: Kind.SOCKET,
}
_PROBLEMS = {
    errno.ENOENT: Unreadable.MISSING,
    errno.ENOTDIR: Unreadable.MISSING,
    errno.EACCES: Unreadable.DENIED,
    errno.EPERM: Unreadable.DENIED,
    # The walk never asks the kernel to follow a link: one that is there now was something else a moment ago.
    errno.ELOOP: Unreadable.CHANGED,
}


class _Problem(Exception):  # noqa: N818 - an outcome of the walk, not an error of the program
    def __init__(self, problem: Unreadable, reason: str) -> None:
        super().__init__(reason)
        self.problem = problem
        self.reason = reason


def read_evidence(path: Path, role: Role, *, limit: int = MAX_FILE_BYTES) -> FileEvidence:
    """Open the file at `path` once and return its content together with what the file system said about it.

    Never raises and never blocks: what cannot be read, or is no regular file, or is larger than
    `limit` bytes, comes back without content, with `problem` and `reason` set. A relative `path` starts at
    the current directory.
    """
    walk = _Walk()
    named = path
    kind: Kind | None = None
    resolved: str | None = None
    about: os.stat_result | None = None
    try:
        named = path if path.is_absolute() else Path.cwd() / path
        found = walk.to_file(str(named))
        resolved = os.path.join(walk.here, found.name) if found.name else walk.here  # noqa: PTH118
        kind = _kind(found.about.st_mode)
        descriptor = _open(found, kind, walk.directory)
        try:
            about = os.fstat(descriptor)
            content = _read(descriptor, about, found.about, limit)
        finally:
            os.close(descriptor)
    except _Problem as problem:
        outcome, reason = problem.problem, problem.reason
    except OSError as error:
        outcome, reason = walk.judge(error), error.strerror or str(error)
    except ValueError as error:  # a NUL in the path, or a character the file system's encoding has not
        outcome, reason = Unreadable.FAILED, str(error)
    else:
        digest = hashlib.sha256(content).hexdigest()
        return FileEvidence(
            role,
            named,
            Path(resolved),
            tuple(walk.parts),
            kind,
            about.st_uid,
            stat.S_IMODE(about.st_mode),
            content,
            digest,
            group=about.st_gid,
        )
    finally:
        walk.close()
    return FileEvidence(
        role=role,
        path=named,
        resolved=None if resolved is None else Path(resolved),
        parts=tuple(walk.parts),
        kind=kind,
        owner=None if about is None else about.st_uid,
        mode=None if about is None else stat.S_IMODE(about.st_mode),
        content=None,
        sha256=None,
        problem=outcome,
        reason=reason,
        group=None if about is None else about.st_gid,
    )


class _Found(Struct):
    """The last component: its name in the directory the walk ended in (empty: that directory itself)."""

    name: str
    about: os.stat_result


class _Walk(Struct):
    """A path being walked. `stack` has the open directories from `/` to here; `..` goes back along it."""

    stack: list[tuple[int, str, os.stat_result]] = field(default_factory=list)
    parts: dict[PathPart, None] = field(default_factory=dict)
    inside_link: bool = False

    @property
    def directory(self) -> int:
        return self.stack[-1][0]

    @property
    def here(self) -> str:
        return self.stack[-1][1]

    def to_file(self, path: str) -> _Found:
        """Walk to the last component of `path` and return it unopened; raises OSError and _Problem."""
        self._root()
        # Components still to walk, the next one last, each with whether a link brought it in.
        ahead = [(name, False) for name in reversed(path.split("/"))]
        links = 0
        while ahead:
            name, self.inside_link = ahead.pop()
            if name in {"", "."}:
                continue
            if name == "..":
                self._up()
                continue
            target = self._step(name, last=not any(rest for rest, _ in ahead))
            if isinstance(target, _Found):
                return target
            if target is None:
                continue
            links += 1
            if links > _LINK_LIMIT:
                raise _Problem(Unreadable.LOOP, f"more than {_LINK_LIMIT} links on the way")
            if target.startswith("/"):
                self._up(all_the_way=True)
            ahead.extend((component, True) for component in reversed(target.split("/")))
        return _Found("", self.stack[-1][2])

    def _step(self, name: str, *, last: bool) -> _Found | str | None:
        """Go into directory `name` (None), or return the target of link `name`, or the file it is."""
        place = f"{self.here.rstrip('/')}/{name}"
        descriptor, about = _look(name, self.directory, last=last)
        try:
            if stat.S_ISLNK(about.st_mode):
                # On Linux the link is read through the descriptor that was looked at.
                target = (
                    os.readlink(name, dir_fd=self.directory)
                    if descriptor is None
                    else os.readlink("", dir_fd=descriptor)
                )
                self._record(place, about)
                return target
            if stat.S_ISDIR(about.st_mode):
                if descriptor is None:
                    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
                    descriptor = os.open(name, flags, dir_fd=self.directory)
                    about = os.fstat(descriptor)
                self.stack.append((descriptor, place, about))
                descriptor = None
                self._record(place, about)
                return None
        finally:
            if descriptor is not None:
                os.close(descriptor)
        if last:
            return _Found(name, about)
        raise _Problem(Unreadable.MISSING, f"{place} is not a directory")

    def _root(self) -> None:
        descriptor = os.open("/", _O_PATH | os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        about = os.fstat(descriptor)
        self.stack.append((descriptor, "/", about))
        self._record("/", about)

    def _up(self, *, all_the_way: bool = False) -> None:
        while len(self.stack) > 1:
            os.close(self.stack.pop()[0])
            if not all_the_way:
                return

    def _record(self, place: str, about: os.stat_result) -> None:
        # Left out only where it is equal in every respect: what changed between two visits is in twice.
        self.parts.setdefault(_part(place, about.st_uid, about.st_gid, about.st_mode))

    def judge(self, error: OSError) -> Unreadable:
        """Return what an error of the walk means."""
        problem = _PROBLEMS.get(error.errno or 0, Unreadable.FAILED)
        return Unreadable.DANGLING if problem is Unreadable.MISSING and self.inside_link else problem

    def close(self) -> None:
        """Close every directory."""
        for descriptor, _, _ in self.stack:
            os.close(descriptor)


@lru_cache(maxsize=4096)
def _part(place: str, uid: int, gid: int, type_and_mode: int) -> PathPart:
    # Saves memory where a thousand files are in one directory; what goes in is read again each time.
    return PathPart(Path(place), _kind(type_and_mode), uid, stat.S_IMODE(type_and_mode), gid)


def _look(name: str, directory: int, *, last: bool) -> tuple[int | None, os.stat_result]:
    if not _O_PATH:
        return None, os.stat(name, dir_fd=directory, follow_symlinks=False)
    flags = _O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        # The kernel mounts a home of autofs only where a directory is asked for; the file itself is none.
        descriptor = os.open(name, flags if last else flags | os.O_DIRECTORY, dir_fd=directory)
    except NotADirectoryError:
        descriptor = os.open(name, flags, dir_fd=directory)
    try:
        return descriptor, os.fstat(descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _kind(type_and_mode: int) -> Kind:
    return _KINDS.get(stat.S_IFMT(type_and_mode), Kind.DEVICE)


def _open(found: _Found, kind: Kind, directory: int) -> int:
    if kind is not Kind.REGULAR:
        raise _Problem(Unreadable.NOT_REGULAR, f"it is a {kind}")
    # O_NONBLOCK and O_NOCTTY, because it can have become a FIFO or a terminal since it was looked at.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    return os.open(found.name, flags, dir_fd=directory)


def _read(descriptor: int, about: os.stat_result, seen: os.stat_result, limit: int) -> bytes:
    if (about.st_dev, about.st_ino) != (seen.st_dev, seen.st_ino) or not stat.S_ISREG(about.st_mode):
        raise _Problem(Unreadable.CHANGED, "another file took its place while it was opened")
    chunks: list[bytes] = []
    left = limit + 1
    while about.st_size <= limit and left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
    after = os.fstat(descriptor)
    if (after.st_size, after.st_mtime_ns, after.st_ino) != (about.st_size, about.st_mtime_ns, about.st_ino):
        raise _Problem(Unreadable.CHANGED, "its size or its time of change moved meanwhile")
    if about.st_size > limit or left == 0:
        raise _Problem(Unreadable.TOO_LARGE, f"{about.st_size} bytes")
    return b"".join(chunks)


def make_private(path: Path) -> None:
    """Make a directory, and every one above it that is missing, for its owner alone.

    Raises:
        OSError: it can't be made, or something that is no directory has its name.
    """
    for directory in reversed([path, *path.parents]):
        # mkdir's own `parents` gives those between the mode that the umask leaves.
        if not directory.is_dir():
            directory.mkdir(mode=0o700, exist_ok=True)


def write_atomically(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` at `path`, whole or not at all, with exactly these permission bits whatever the umask.

    A link at `path` is replaced, not followed; pass the resolved path to write what it leads to. A reader
    sees the old file or the new one, and after a loss of power it is still one of the two.

    Raises:
        OSError: it could not be written; the old file is as it was and nothing is left lying about.
    """
    # The name is short and of our own, so that a long file name does not become too long.
    temporary = path.parent / f".dvm-{os.urandom(8).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, mode & 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fchmod(descriptor, mode)
            flush(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            # A write names no file: what is shown would be taken for standard output's.
            error.filename = os.fspath(path)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        flush(directory)
    finally:
        os.close(directory)


def flush(descriptor: int) -> None:
    """See that what was written to a file is on its disk, also after a loss of power."""
    # macOS's fsync leaves the data in the drive's cache; F_FULLFSYNC does not, where there is such a thing.
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        with suppress(OSError):
            fcntl.fcntl(descriptor, full)
            return
    os.fsync(descriptor)
