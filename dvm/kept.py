"""What one command found and a later one may use: it counts for nothing under other code, or another Python.

It goes into a file behind its digest, with what tells the code that found it from every other.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, TypeVar

from msgspec import DecodeError, Raw, Struct, json

from dvm.model.table import decoder

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 4 << 20
"""No more is read, and no more is written."""
_DIGEST_DIGITS = 64
_Known = TypeVar("_Known")


class _File(Struct):
    code: str
    known: Raw


def code_in(*directories: Path) -> str:
    """Return what tells the code in these directories from every other version of it; empty: it can't be seen."""
    about = hashlib.sha256(sys.version.encode())
    try:
        for path in sorted(path for directory in directories for path in directory.rglob("*.py")):
            stat = path.stat()
            about.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    except OSError:
        return ""
    return about.hexdigest()


def sealed(code: str, known: object) -> bytes:
    """Return the content of a file with what this code found; empty where that is too much."""
    content = signed(json.encode(_File(code, Raw(json.encode(known)))))
    return content if len(content) <= MOST_BYTES else b""


def opened(content: bytes, code: str, kind: type[_Known]) -> _Known | None:
    """Return what the same code found, from a file's content; None: it is other code's, damaged, or not there."""
    try:
        file = decoder(_File).decode(sound(content))
        return decoder(kind).decode(file.known) if code and file.code == code else None
    except DecodeError:
        return None


def signed(content: bytes) -> bytes:
    """Return content behind its digest: what a broken disk left of it is not taken for it."""
    return hashlib.sha256(content).hexdigest().encode() + content


def sound(content: bytes) -> bytes:
    """Return the content behind its digest; empty where that is another's."""
    rest = content[_DIGEST_DIGITS:]
    return rest if signed(rest) == content else b""
