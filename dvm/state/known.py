"""Which manifest a VM was last found to follow: what has not changed since need not be read for each session.

It is a shortcut and nothing more: the receipt says what the VM may open, and each session's look is held to that.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.state.directory import StateDirectory

_FILE = "manifest"
_LENGTH = 64


def follows(state: StateDirectory, vm: str, digest: str) -> bool:
    """Return whether the VM's receipt agreed with the manifest of this SHA-256 when it was last read."""
    try:
        with _place(state, vm).open("rb") as file:
            return file.read(_LENGTH + 1) == digest.encode()
    except OSError:
        return False


def note_follows(state: StateDirectory, vm: str, digest: str) -> None:
    """Note that it does; where that can't be written, the next session reads the manifest again."""
    with suppress(OSError, DvmError):
        state.make(state.of_vm(vm))
        write_atomically(_place(state, vm), digest.encode())


def _place(state: StateDirectory, vm: str) -> Path:
    return state.of_vm(vm) / _FILE
