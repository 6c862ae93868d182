"""The files that a script writes and reads, by path, and which of them came from the network unchecked."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import TYPE_CHECKING

from dvm.checks.scripts.program import Stored
from dvm.checks.scripts.values import OriginKind, Value, hole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import Place

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


def is_no_file(path: Value) -> bool:
    """Whether a path is a stream that keeps nothing."""
    return path_key(path) in _NO_FILES


class Disk:
    """Files by path. A path that isn't found is looked for by its last part: scripts change directories."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._files: dict[str, Stored] = {}
        self._names: dict[str, Stored] = {}
        self.programs: dict[str, str] = {}
        """What programs of the guest's were copied or linked to, by path: `ln -s /bin/sh /tmp/x`."""

    def find(self, path: Value) -> Stored | None:
        """Return the file at a path, None where the script has not written it."""
        key = path_key(path)
        if key in self._files:
            return self._files[key]
        name = posixpath.basename(key)
        if any(mark in name for mark in "*?["):
            return next((file for file in reversed(self._names.values()) if fnmatch.fnmatchcase(file.name, name)), None)
        return self._names.get(name)

    def below(self, directory: Value) -> list[Stored]:
        """Return the files in a directory, at any depth."""
        prefix = path_key(directory) + "/"
        return [file for key, file in self._files.items() if key.startswith(prefix)]

    def read(self, path: Value) -> Value:
        """Return what is in a file."""
        file = self.find(path)
        return hole(f"file:{path_key(path)}") if file is None else file.content

    def write(self, path: Value, content: Value, place: Place, *, append: bool = False) -> Stored | None:
        """Put content into a file. It counts as downloaded if some of it comes from the network."""
        if is_no_file(path):
            return None
        key = path_key(path)
        if append and key in self._files:
            content = self._files[key].content + content
        origin = content.origin
        file = Stored(key, posixpath.basename(key), content, place)
        if origin is not None and origin.kind is OriginKind.REMOTE:
            file.origin = origin
            before = self._files.get(key)
            if before is not None and before.origin is not None and before.origin.place == origin.place:
                # The same command again, for another choice or another round of a loop.
                self._program.stored[:] = [item for item in self._program.stored if item is not before]
            self._program.stored.append(file)
        self.link(path, file)
        return file

    def provide(self, path: Value, content: Value, place: Place) -> None:
        """Let a path that is no file (of `<(…)`, of a descriptor) give content."""
        self._files[path_key(path)] = Stored(path_key(path), "", content, place)

    def link(self, path: Value, file: Stored) -> None:
        """Give a file one more name, as cp, mv, ln and install do."""
        key = path_key(path)
        self._files[key] = file
        if not key.startswith("/dev/"):
            self._names[posixpath.basename(key)] = file

    def verify(self, file: Stored) -> None:
        """Take note that a file is what the author of the script meant."""
        file.origin = None
        file.content = file.content.trusted()
        # Unpacked and copied files hold the same Stored; files cut from this one are not known to be.

    def pending(self) -> Iterator[Stored]:
        """Yield the files that nobody has verified yet."""
        return (file for file in self._program.stored if file.origin is not None)

    def by_content(self, content: Value) -> Stored | None:
        """Return the file that a stream was read from."""
        if not content.holes:
            return None
        return next((file for file in reversed(self._files.values()) if file.content == content), None)

    def by_key(self, key: str) -> Stored | None:
        """Return the file that a digest was taken of."""
        return self._files.get(key)
