"""What the host's file system said about one file, at the one moment it was opened."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE_BYTES = 1 << 20
MAX_COMPANIONS = 256
"""How many companion files a setup script has at the most."""
MAX_COMPANION_BYTES = 16 << 20
"""How large the companion files of one setup script are together at the most."""
MAX_COMPANION_BYTES_IN_ALL = 64 << 20
"""How large all companion files of a manifest are together at the most: they are held until they are sent."""


class Role(StrEnum):
    """What a file is to DVM; the trust rules differ by it."""

    MANIFEST = "manifest"
    SCRIPT = "setup script"
    COMPANION = "companion file"
    LOCK = "lock"
    TEMPLATE = "template"
    LIMA_CONFIG = "Lima configuration"
    LIMA_FILE = "file of Lima's"
    LIMACTL = "limactl"
    HELPER = "program that limactl starts"
    PROGRAM = "program that DVM starts"
    LIMA_PLACE = "directory that limactl uses"
    PLAN = "saved plan"
    STATE = "journal"


class Kind(StrEnum):
    """The type of a file."""

    REGULAR = "regular file"
    DIRECTORY = "directory"
    SYMLINK = "symbolic link"
    FIFO = "FIFO"
    SOCKET = "socket"
    DEVICE = "device"


class Unreadable(StrEnum):
    """Why a file has no content for us."""

    MISSING = "does not exist"
    DANGLING = "is a link to nothing"
    LOOP = "is a link that leads back to itself"
    DENIED = "may not be read"
    NOT_REGULAR = "is not a regular file"
    TOO_LARGE = "is larger than 1 MiB"
    CHANGED = "changed while it was read"
    FAILED = "could not be read"


class PathPart(Struct, frozen=True):
    """One component of a path: a directory above the file, or a link on the way. `mode` is the permission bits.

    `gid` is None where nobody asked.
    """

    path: Path
    kind: Kind
    uid: int
    mode: int
    gid: int | None = None


class FileEvidence(Struct, frozen=True):
    """A file as it was when it was opened, once: its place, owner, mode, content and SHA-256.

    `path` is absolute, as named; `resolved` has no links. `parts` are the directories and links from `/` down to
    the file, in the order the kernel walks them, the file itself not among them. `owner` is a uid; `mode` the
    permission bits; both None where the file could not be opened. `content` is None where `problem` says why.
    `trusted_groups`: those whose members count as the owner, which DVM109 alone goes by.
    """

    role: Role
    path: Path
    resolved: Path | None
    parts: tuple[PathPart, ...]
    kind: Kind | None
    owner: int | None
    mode: int | None
    content: bytes | None
    sha256: str | None
    problem: Unreadable | None = None
    reason: str = ""
    group: int | None = None
    trusted_groups: frozenset[int] = frozenset()
