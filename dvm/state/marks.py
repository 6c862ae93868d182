"""Marks: what a create will be known by, written before it begins.

A create that is killed leaves an instance without a receipt, which looks like somebody else's. So DVM first writes
down a random mark, then has `limactl create` put the same mark into the instance's `message`. An instance that bears
the mark and was never booted is a remains of ours; one that does not is not, whatever its name.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from msgspec import Struct, convert, to_builtins

from dvm.files import write_atomically
from dvm.lima.home import CONFIG
from dvm.model.instance import Status
from dvm.model.table import decoder
from dvm.state.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.state.directory import StateDirectory

CREATING_FILE = "creating.json"


def new_mark(vm: str) -> str:
    """Return a mark that no other create has."""
    import secrets

    return f"Made by dvm for vm.{vm} ({secrets.token_hex(16)})"


class Source(Struct, frozen=True):
    """What a clone is made from: a clone that was cut off shows the source's mark and port for its own."""

    instance: str
    mark: str
    ssh_port: int | None = None


decoder(Source)  # worked out before threads convert notes to it


def write_mark(
    state: StateDirectory, vm: str, mark: str, lima_home: Path, manifest: Path, source: Source | None = None
) -> None:
    """Write down that a create with this mark is about to begin, for a VM of `manifest`.

    `source`: it is a clone of that. The caller holds the VM's lock, and has seen that there is no such instance yet.
    """
    place = state.make(state.of_vm(vm)) / CREATING_FILE
    note: dict[str, object] = {"mark": mark, "lima_home": str(lima_home), "manifest": str(manifest)}
    if source is not None:
        note["source"] = to_builtins(source)
    write_atomically(place, json.dumps(note).encode() + b"\n")


def read_marks(state: StateDirectory, lima_home: Path, manifest: Path) -> dict[str, str]:
    """Return the marks of creates that have begun under this LIMA_HOME and have no receipt yet, by VM.

    Those of a VM that belongs to another manifest than `manifest` are left out: what is there of it is not ours.
    """
    marks: dict[str, str] = {}
    for place in sorted(state.path.glob(f"*/{CREATING_FILE}")):
        try:
            value = read_note(place)
            if value["lima_home"] == str(lima_home) and is_note_of(value, manifest):
                marks[place.parent.name] = str(value["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no mark we can vouch for: the instance counts as somebody else's, and is not touched
    return marks


def source_of(state: StateDirectory, vm: str) -> Source | None:
    """Return what the clone is made from that has begun and has no receipt yet; None: it is no clone."""
    try:
        return convert(read_note(state.of_vm(vm) / CREATING_FILE)["source"], Source)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_cut_off_clone(home: Home, instance: Instance, mark: str, source: Source | None) -> bool:
    """Whether an instance is what a clone of ours left that was cut off or refused, at whatever moment.

    There was no such instance when the clone began. limactl first copies files one by one, then changes the copy's
    configuration: without lima.yaml it is Broken, before the change it has the mark, the port and the receipt of its
    source, after it our mark. One that was booted since is somebody's.
    """
    if source is None or instance.receipt is not None:
        return False
    if not home.exists(instance.dir / CONFIG, follow=False):
        return True
    fresh = not instance.ssh_port or instance.ssh_port == source.ssh_port
    ours = bool(mark) and instance.message in {mark, source.mark}
    # Cut off while lima.yaml was copied, it has no configuration that Lima could read.
    unread = instance.posture is None and instance.status is not Status.RUNNING
    return fresh and (unread or (ours and instance.status is Status.STOPPED))


def is_note_of(note: Mapping[str, object], manifest: Path) -> bool:
    """Whether a note in the state directory is about a VM of `manifest`, or of one that is not there any more."""
    named = note.get("manifest")
    # Older notes name none.
    return named is None or named == str(manifest) or not os.path.lexists(str(named))


def clear_mark(state: StateDirectory, vm: str) -> None:
    """Forget the mark: the instance has its receipt, or is gone."""
    (state.of_vm(vm) / CREATING_FILE).unlink(missing_ok=True)
