"""Marks: what a create will be known by, written before it begins.

A create that is killed leaves an instance without a receipt, which looks like somebody else's. So DVM first writes
down a random mark, then has `limactl create` put the same mark into the instance's `message`. An instance that bears
the mark and was never booted is a remains of ours; one that does not is not, whatever its name.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from dvm.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.state.directory import StateDirectory

_FILE = "creating.json"


def new_mark(vm: str) -> str:
    """Return a mark that no other create has."""
    import secrets

    return f"Made by dvm for vm.{vm} ({secrets.token_hex(16)})"


def write_mark(state: StateDirectory, vm: str, mark: str, lima_home: Path, manifest: Path) -> None:
    """Write down that a create with this mark is about to begin, for a VM of `manifest`."""
    place = state.make(state.of_vm(vm)) / _FILE
    note = {"mark": mark, "lima_home": str(lima_home), "manifest": str(manifest)}
    write_atomically(place, json.dumps(note).encode() + b"\n")


def read_marks(state: StateDirectory, lima_home: Path, manifest: Path) -> dict[str, str]:
    """Return the marks of creates that have begun under this LIMA_HOME and have no receipt yet, by VM.

    Those of a VM that belongs to another manifest than `manifest` are left out: what is there of it is not ours.
    """
    marks: dict[str, str] = {}
    for place in sorted(state.path.glob(f"*/{_FILE}")):
        try:
            value = json.loads(place.read_bytes())
            if value["lima_home"] == str(lima_home) and is_note_of(value, manifest):
                marks[place.parent.name] = str(value["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no mark we can vouch for: the instance counts as somebody else's, and is not touched
    return marks


def is_note_of(note: Mapping[str, object], manifest: Path) -> bool:
    """Whether a note in the state directory is about a VM of `manifest`, or of one that is not there any more."""
    named = note.get("manifest")
    # Older notes name none.
    return named is None or named == str(manifest) or not os.path.lexists(str(named))


def clear_mark(state: StateDirectory, vm: str) -> None:
    """Forget the mark: the instance has its receipt, or is gone."""
    (state.of_vm(vm) / _FILE).unlink(missing_ok=True)
