"""What a cut-off create or delete left of an instance, where Lima's list alone can't tell.

`limactl delete` removes an instance's files in no particular order. Killed half-way it may leave a directory without
our receipt (which looks like somebody else's instance), without lima.yaml (which limactl refuses to delete), or with
both and without the disk (which a start would make again, and the receipt would lie). So before a delete DVM writes
down which directory it is and what is in it. Only these three show that something is missing: all else comes and
goes with starts, editors and file managers, and an instance that has them still has all the work in it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dvm.files import write_atomically
from dvm.lima.home import CONFIG
from dvm.model.names import instance_name
from dvm.model.receipt import RECEIPT_FILE
from dvm.state.marks import is_cut_off_clone, is_note_of, source_of
from dvm.state.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.state.directory import StateDirectory

DELETING_FILE = "deleting.json"
# What the guest writes to; which of them there is depends on Lima's version.
_DISKS = frozenset({"disk", "diffdisk"})


def write_deletion(state: StateDirectory, vm: str, instance: Instance, home: Home, manifest: Path) -> None:
    """Write down that the delete of an instance is about to begin, for a VM of `manifest`.

    Raises:
        OSError: it could not be written, or the directory is gone.
    """
    about = home.look(instance.dir)
    note = {
        "lima_home": str(home.path),
        "manifest": str(manifest),
        "device": about.st_dev,
        "inode": about.st_ino,
        "message": instance.message,
        "created": _created(instance),
        "files": home.names(instance.dir),
    }
    write_atomically(state.make(state.of_vm(vm)) / DELETING_FILE, json.dumps(note).encode() + b"\n")


def clear_deletion(state: StateDirectory, vm: str) -> None:
    """Forget the delete: the instance is gone, or is there as a whole and was not deleted."""
    (state.of_vm(vm) / DELETING_FILE).unlink(missing_ok=True)


def clear_failed_deletion(state: StateDirectory, vm: str, home: Home, directory: Path) -> None:
    """Forget a delete that failed, if it took nothing that matters: what goes missing later it did not take."""
    with suppress(OSError, ValueError, KeyError, TypeError):  # what is not known is left as it is
        note = read_note(state.of_vm(vm) / DELETING_FILE)
        if not _lacks(home, directory, note):
            clear_deletion(state, vm)


def read_leftovers(
    state: StateDirectory,
    home: Home,
    instances: Mapping[str, Instance],
    marks: Mapping[str, str],
    manifest: Path,
) -> frozenset[str]:
    """Return the VMs of whose instance only a part is there, and that part is surely `manifest`'s.

    `marks` are those of its creates that were cut off, by VM.
    """
    found = set()
    for place in sorted(state.path.glob(f"*/{DELETING_FILE}")):
        vm = place.parent.name
        instance = instances.get(instance_name(vm))
        with suppress(OSError, ValueError, KeyError, TypeError):  # no note we can vouch for: it is not touched
            note = read_note(place)
            ours = note["lima_home"] == str(home.path) and is_note_of(note, manifest)
            if instance is not None and ours and _half_deleted(home, instance, note):
                found.add(vm)
    for vm, mark in marks.items():
        instance = instances.get(instance_name(vm))
        if instance is None or instance.receipt is not None:
            continue
        if is_bare(home, instance.dir) or is_cut_off_clone(home, instance, mark, source_of(state, vm)):
            found.add(vm)
    return frozenset(found)


def is_bare(home: Home, directory: Path) -> bool:
    """Whether nothing was written into an instance's directory yet but, at most, an empty lima.yaml."""
    try:
        return all(name == CONFIG and home.look(directory / name).st_size == 0 for name in home.names(directory))
    except OSError:
        return False


def _half_deleted(home: Home, instance: Instance, note: Mapping[str, Any]) -> bool:
    about = home.look(instance.dir)
    if (about.st_dev, about.st_ino) != (note["device"], note["inode"]) or not _lacks(home, instance.dir, note):
        return False
    # An inode's number is given out again: what is left must not speak against it.
    if instance.receipt is not None:
        return _created(instance) == str(note["created"])
    return not home.exists(instance.dir / CONFIG) or (
        instance.message != "" and instance.message == str(note["message"])
    )


def _lacks(home: Home, directory: Path, note: Mapping[str, Any]) -> bool:
    """Whether the receipt, lima.yaml or the disk was there before the delete and is not any more."""
    before, there = set(note["files"]), set(home.names(directory))
    one_of = ({RECEIPT_FILE}, {CONFIG}, _DISKS)
    return any(before & names and not there & names for names in one_of)


def _created(instance: Instance) -> str:
    return instance.receipt.created.isoformat() if instance.receipt else ""
