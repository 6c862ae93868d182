"""Marks: what a create will be known by, written before it begins.

A create that is killed leaves an instance without a receipt, which looks like somebody else's. So DVM first writes
down a random mark, then has `limactl create` put the same mark into the instance's `message`. An instance that bears
the mark and was never booted is a remains of ours; one that does not is not, whatever its name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dvm.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.state.directory import StateDirectory

_FILE = "creating.json"


def new_mark(vm: str) -> str:
    """Return a mark that no other create has."""
    import secrets

    return f"Made by dvm for vm.{vm} ({secrets.token_hex(16)})"


def write_mark(state: StateDirectory, vm: str, mark: str, lima_home: Path) -> None:
    """Write down that a create with this mark is about to begin."""
    place = state.make(state.of_vm(vm)) / _FILE
    write_atomically(place, json.dumps({"mark": mark, "lima_home": str(lima_home)}).encode() + b"\n")


def read_marks(state: StateDirectory, lima_home: Path) -> dict[str, str]:
    """Return the marks of creates that have begun under this LIMA_HOME and have no receipt yet, by VM."""
    marks: dict[str, str] = {}
    for place in sorted(state.path.glob(f"*/{_FILE}")):
        try:
            value = json.loads(place.read_bytes())
            if value["lima_home"] == str(lima_home):
                marks[place.parent.name] = str(value["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no mark we can vouch for: the instance counts as somebody else's, and is not touched
    return marks


def clear_mark(state: StateDirectory, vm: str) -> None:
    """Forget the mark: the instance has its receipt, or is gone."""
    (state.of_vm(vm) / _FILE).unlink(missing_ok=True)
