"""The files that a script writes and reads, by path, and which of them came from the network unchecked."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import TYPE_CHECKING

from dvm.checks.scripts.program import BEFORE, Stored
from dvm.checks.scripts.values import FILES_PLACE, Hole, Known, OriginKind, Value, hole, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import DataOrigin, Place

_LONGEST_NAME = 128
_DESCRIPTORS = ("/proc/self/fd/", "/proc/$$/fd/")
STANDARD_INPUT = frozenset({"/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"})
_NO_FILES = ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/1", "/dev/fd/2", "/dev/stdin", "-")


def path_key(path: Value) -> str:
    """Return the key of a path: `./a` and `a` are one file."""
    key = path.key
    for prefix in _DESCRIPTORS:
        if key.startswith(prefix):
            key = "/dev/fd/" + key.removeprefix(prefix)
    return posixpath.normpath(key) if key else key


def is_temporary(path: Value) -> bool:
    """Whether a path is in a directory that is empty when a setup script begins."""
    return path.text.startswith(("/tmp/", "/var/tmp/", "/dev/shm/")) or path.key.startswith("\ue000mktemp")  # noqa: S108 - the script's own paths


def is_no_file(path: Value) -> bool:
    """Whether a path is a stream that keeps nothing."""
    return path_key(path) in _NO_FILES


class Disk:
    """Files by path. A path that isn't found is looked for by its last part: scripts change directories."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._files: dict[str, Stored] = {}
        self._names: dict[str, Stored] = {}
        self.unverified: set[Stored] = set()
        """The files from the network that nothing has verified at this point; changed in place."""
        self.others: dict[str, list[Stored]] = {}
        """What a file may be as well, where only a branch has written it again."""
        self.branches = 0
        """How many branches are around the present command."""
        self.programs: dict[str, str] = {}
        """What programs of the guest's were copied or linked to, by path: `ln -s /bin/sh /tmp/x`."""
        self.searched: set[str] = set()
        """The directories that the script put on PATH."""
        self._places: dict[str, str] = {}
        """The path of each that was copied or linked to, by its last part."""

    def find(self, path: Value) -> Stored | None:
        """Return the file at a path, None where the script has not written it."""
        key = path_key(path)
        if key in self._files:
            return self._files[key]
        name = posixpath.basename(key)
        if len(name) < _LONGEST_NAME and any(mark in name for mark in "*?["):
            return next((file for file in reversed(self._names.values()) if fnmatch.fnmatchcase(file.name, name)), None)
        return self._names.get(name)

    def place_program(self, path: Value, program: str) -> None:
        """Take note that a path is a program of the guest's."""
        key = path_key(path)
        self.programs[key] = program
        self._places[posixpath.basename(key)] = key

    def on_path(self, name: str) -> Stored | str | None:
        """Return what the script put where a shell looks for a program: a file, or the name of another program."""
        file, place = self._names.get(name), self._places.get(name)
        if file is not None and self._is_searched(file.key):
            return file
        return self.programs[place] if place is not None and self._is_searched(place) else None

    def _is_searched(self, key: str) -> bool:
        directory = posixpath.dirname(key)
        return directory.endswith("bin") or directory in self.searched

    def below(self, directory: Value) -> list[Stored]:
        """Return the files in a directory, at any depth."""
        prefix = path_key(directory) + "/"
        return [file for key, file in self._files.items() if key.startswith(prefix)]

    def read(self, path: Value) -> Value:
        """Return what is in a file."""
        file = self.find(path)
        if file is not None:
            return file.content
        # What a file of the guest's own says; what nobody has put into a temporary place is not known.
        known = Known.NO if is_temporary(path) or not path.parts or isinstance(path.parts[-1], Hole) else Known.LOCAL
        return hole(f"file:{path_key(path)}", known=known)

    def write(self, path: Value, content: Value, place: Place, *, append: bool = False) -> Stored | None:
        """Put content into a file. It counts as downloaded if some of it comes from the network."""
        if is_no_file(path):
            return None
        key = path_key(path)
        if append and key in self._files:
            content = self._files[key].content + content
        origin = content.origin
        only = content.parts[0] if len(content.parts) == 1 else ""
        if isinstance(only, Hole) and only.key.startswith("file:"):
            self.place_program(path, posixpath.basename(only.key))
        file = Stored(key, posixpath.basename(key), content, place, self.unverified)
        before = self._files.get(key)
        if origin is not None and origin.kind is OriginKind.REMOTE:
            file.source = origin
            if before is not None and before.origin is not None and before.origin.place == origin.place:
                # The same command again, for another choice or another round of a loop.
                self._program.stored[:] = [item for item in self._program.stored if item is not before]
                self.unverified.discard(before)
            self._program.stored.append(file)
            self.unverified.add(file)
        elif before is not None and before.origin is not None and self.branches:
            self.others.setdefault(key, []).append(before)
        self.link(path, file)
        return file

    def supply(self, name: str, content: Value) -> None:
        """Put a companion file of the script where it finds it."""
        key = path_key(FILES_PLACE + literal(f"/{name}"))
        self._files[key] = Stored(key, name, content, BEFORE, self.unverified)

    def provide(self, path: Value, content: Value, place: Place) -> None:
        """Let a path that is no file (of `<(…)`, of a descriptor) give content."""
        self._files[path_key(path)] = Stored(path_key(path), "", content, place, self.unverified)

    def link(self, path: Value, file: Stored) -> None:
        """Give a file one more name, as cp, mv, ln and install do."""
        key = path_key(path)
        self._files[key] = file
        if not key.startswith("/dev/"):
            self._names[posixpath.basename(key)] = file

    def pending(self) -> Iterator[Stored]:
        """Yield the files that nobody has verified yet."""
        return (file for file in self._program.stored if file.origin is not None)

    def forget(self, path: Value) -> None:
        """Take a file that is only a signature or a list of checksums from those that need verification."""
        file = self.find(path)
        if file is not None:
            file.verified = True

    def unknown(self, path: Value) -> bool:
        """Whether nothing shows how a file could have come to be there."""
        if self.find(path) is not None:
            return False
        last = path.parts[-1] if path.parts else ""
        return is_temporary(path) or (isinstance(last, Hole) and last.known is Known.NO)

    def copied(self, path: Value, origin: DataOrigin, place: Place) -> None:
        """Take note of a file that came out of a repository as its branch is today: it may be kept, not run."""
        key = path_key(path)
        file = Stored(key, posixpath.basename(key), hole(f"file:{key}", origin), place, self.unverified, origin)
        self.unverified.add(file)
        self.link(path, file)

    def by_content(self, content: Value) -> Stored | None:
        """Return the file that a stream was read from."""
        if not content.holes:
            return None
        return next((file for file in reversed(self._files.values()) if file.content == content), None)

    def by_key(self, key: str) -> Stored | None:
        """Return the file that a digest was taken of."""
        return self._files.get(key)
