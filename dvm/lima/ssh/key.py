"""The public half of the key that opens a guest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.errors import DvmError

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.home import Home

_KEY = re.compile(r"(ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+) ([A-Za-z0-9+/]+={0,2})")


def public_key(home: Home, path: Path) -> str:
    """Return the type and the key of a file that OpenSSH wrote, without its comment.

    Raises:
        DvmError: the file can't be read, or has no public key.
    """
    try:
        match = _KEY.match(home.read(path, follow=True)[0].decode("ascii"))
    except (OSError, ValueError) as error:
        raise DvmError(f"Lima's public key {path} can't be read: {error}.") from error
    if match is None:
        raise DvmError(f"{path} has no public key.")
    return f"{match[1]} {match[2]}"
