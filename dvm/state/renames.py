"""What `dvm mv` is about to do, written down before the instance is touched.

`limactl rename` moves an instance's files one after the other. Killed half-way it leaves the first of them in the new
directory and the rest in the old one, and limactl then refuses to do anything about either. So DVM writes down which
VM becomes which, and right before the call the number (inode) of each file: a file keeps it when it is moved, so what
has it is part of our instance. The note goes when the new instance is whole and its receipt has the new name.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, convert
from msgspec.structs import asdict, replace

from dvm.files import write_atomically
from dvm.model.instance import Status
from dvm.model.names import instance_name, is_name
from dvm.model.table import decoder
from dvm.state.marks import is_note_of
from dvm.state.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.state.directory import StateDirectory

_FILE = "renaming.json"


class Renaming(Struct, frozen=True, kw_only=True):
    """VM `old` becomes `new`. `files`: the inode of each file, by name; empty until right before the call."""

    old: str
    new: str
    lima_home: str
    manifest: str
    created: str
    """When the receipt says that the instance was created; empty: there is none."""
    user: str = ""
    """DVM_USER, whose code directory moves; empty: it was never bootstrapped."""
    running: bool = False
    """Whether it ran, and is booted again."""
    protected: bool = False
    """Whether it was protected, which `limactl rename` drops."""
    files: dict[str, int] = {}
    torn: bool = False
    """Whether that was so when the note was read, or may be so under its LIMA_HOME; `is_torn` looks again."""

    @classmethod
    def of(cls, old: str, new: str, lima_home: Path, manifest: Path, instance: Instance | None) -> Renaming:
        """Return what is to be done about an instance; None: the VM is declared, and not created."""
        receipt = instance.receipt if instance is not None else None
        return cls(
            old=old,
            new=new,
            lima_home=str(lima_home),
            manifest=str(manifest),
            created=receipt.created.isoformat() if receipt is not None else "",
            user=receipt.bootstrap.user if receipt is not None and receipt.bootstrap is not None else "",
            running=instance is not None and instance.status is Status.RUNNING,
            protected=instance is not None and instance.protected,
        )

    def is_torn(self, home: Home) -> bool:
        """Whether the call has begun: something that was in the old directory is in the new one."""
        there = inodes(home, home.of(instance_name(self.new)))
        return any(inode == self.files.get(name) for name, inode in there.items())


def inodes(home: Home, directory: Path) -> dict[str, int]:
    """Return the inode of each file in a directory, by name; nothing where there is no directory."""
    found: dict[str, int] = {}
    with suppress(FileNotFoundError):
        for name in home.names(directory):
            with suppress(FileNotFoundError):
                about = home.look(directory / name, follow=False)
                if not stat.S_ISDIR(about.st_mode):
                    found[name] = about.st_ino
    return found


decoder(Renaming)  # worked out before threads convert notes to it


def write_renaming(state: StateDirectory, renaming: Renaming) -> None:
    """Write down what is about to be done."""
    place = state.make(state.of_vm(renaming.new)) / _FILE
    write_atomically(place, msgspec.json.encode(renaming) + b"\n")


def read_renaming(state: StateDirectory, home: Home, new: str) -> Renaming | None:
    """Return what is being done to the VM that is to be called `new`; None: nothing that DVM can vouch for."""
    try:
        found = convert(read_note(state.of_vm(new) / _FILE), Renaming)
    except (OSError, ValueError):
        return None
    if found.new != new or not is_name(found.old) or found.old == new:
        return None
    return replace(found, torn=found.lima_home != str(home.path) or found.is_torn(home))


def read_renames(state: StateDirectory, home: Home, manifest: Path) -> Mapping[str, Renaming]:
    """Return the renames under this LIMA_HOME that have not ended, of VMs of `manifest`, by the new name."""
    found = {}
    for place in sorted(state.path.glob(f"*/{_FILE}")):
        renaming = read_renaming(state, home, place.parent.name)
        if renaming is not None and renaming.lima_home == str(home.path) and is_note_of(asdict(renaming), manifest):
            found[renaming.new] = renaming
    return found


def clear_renaming(state: StateDirectory, new: str) -> None:
    """Forget it: it has ended, or nothing of it was done."""
    (state.of_vm(new) / _FILE).unlink(missing_ok=True)
