"""The work of a VM that is replaced with --keep-work, until the new VM has it: an archive beside the VM's logs.

The old VM is destroyed only when the archive is there as a whole, and the archive goes only when the new VM has it.
What describes the archive says which instance it was taken from. While that instance is there, as a whole, it has the
work itself and the archive is of no use; another instance of that name, or none, waits for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.state.marks import is_note_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.model.archive import KeptWork
    from dvm.model.instance import Instance
    from dvm.state.directory import StateDirectory

_FILE = "work.tar"


def kept_place(state: StateDirectory, vm: str) -> Path:
    """Return where a VM's work is kept."""
    return state.of_vm(vm) / _FILE


def read_kept_work(state: StateDirectory, lima_home: Path, manifest: Path) -> dict[str, KeptWork]:
    """Return the work that is kept under this LIMA_HOME for VMs of `manifest`, by VM."""
    return {
        vm: kept
        for vm, kept in _all(state)
        if kept.about.replaces is not None
        and kept.about.replaces.lima_home == str(lima_home)
        and is_note_of({"manifest": kept.about.vm.manifest}, manifest)
    }


def waiting_work(state: StateDirectory, vm: str) -> Path | None:
    """Return the archive that waits for a VM of this name, of whatever manifest and LIMA_HOME; None: none does."""
    from dvm.state.archives import described

    place = kept_place(state, vm)
    return place if os.path.lexists(described(place)) else None


def is_undescribed(state: StateDirectory, vm: str) -> bool:
    """Whether there is an archive of a VM, or a part of one, that nothing describes: a kill left it, and it is none."""
    from dvm.state.archives import described, unfinished

    place = kept_place(state, vm)
    return (place.exists() or unfinished(place).exists()) and not described(place).exists()


def forget_kept_work(state: StateDirectory, vm: str) -> None:
    """Remove a VM's archive: the new VM has the work, or the old one is still there."""
    from dvm.state.archives import described, unfinished

    place = kept_place(state, vm)
    # What describes it goes first: an archive that nothing describes is none.
    for each in (described(place), place, unfinished(place)):
        each.unlink(missing_ok=True)


def forget_useless(state: StateDirectory, vm: str, instance: Instance | None) -> None:
    """Remove a VM's archive if the instance that it was taken from is there, or if nothing describes it."""
    kept = dict(_all(state, vm)).get(vm)
    if (kept is not None and kept.is_of(instance)) or is_undescribed(state, vm):
        forget_kept_work(state, vm)


def _all(state: StateDirectory, vm: str = "*") -> Iterator[tuple[str, KeptWork]]:
    found = sorted(state.path.glob(f"{vm}/{_FILE}.json"))
    if not found:
        return
    # Hardly ever is there any, and every plan asks.
    from dvm.model.archive import KeptWork
    from dvm.state.archives import read_about

    for place in found:
        archive = place.with_name(_FILE)
        try:
            about = read_about(archive)
        except DvmError:
            continue  # none that anybody can vouch for: it is left where it is
        if about.vm.name == place.parent.name and archive.exists():
            yield about.vm.name, KeptWork(str(archive), about)
