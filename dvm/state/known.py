"""Which manifest a VM's receipt was last found to agree with: what has not changed since need not be read again.

It is a shortcut and nothing more: the receipt says what the VM may open, and each session's look is held to that.
What agrees is one manifest and one receipt. Another apply may have changed the receipt since, so both are noted.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import json

from dvm.errors import DvmError
from dvm.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.receipt import Allowance
    from dvm.state.directory import StateDirectory

_FILE = "manifest"
_LENGTH = 64


def agreement(manifest: str, allowed: Allowance) -> bytes:
    """Return the name of a manifest of this SHA-256 and what a receipt lets the VM open, together."""
    return hashlib.sha256(manifest.encode() + json.encode(allowed)).hexdigest().encode()


def agreed(state: StateDirectory, vm: str) -> bytes:
    """Return the agreement that was noted last; empty: there is none."""
    try:
        with _place(state, vm).open("rb") as file:
            return file.read(_LENGTH + 1)
    except OSError:
        return b""


def note_agreement(state: StateDirectory, vm: str, found: bytes) -> None:
    """Note that they agree; where that can't be written, the next session reads the manifest again."""
    with suppress(OSError, DvmError):
        state.make(state.of_vm(vm))
        write_atomically(_place(state, vm), found)


def _place(state: StateDirectory, vm: str) -> Path:
    return state.of_vm(vm) / _FILE
