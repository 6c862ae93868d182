"""Throwaway VMs that have begun: a note for each from before its create until it is gone, held while it is in use.

The receipt says that a VM is ephemeral. Where a create or a delete was cut off there may be none: then the note does.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.state.leftovers import DELETING_FILE
from dvm.state.locks import LOCK_FILE
from dvm.state.marks import CREATING_FILE, is_note_of
from dvm.state.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.state.directory import StateDirectory

_FILE = "ephemeral.json"
_MOST_BYTES = 1 << 16
# What a session leaves: logs, notes that save work and are of no use without the VM, and what a kill left of a write.
_OF_A_SESSION = re.compile(r"(lima|setup)\.log(\.[0-9]+)?|manifest|entry|call\.json|\.dvm-[0-9a-f]+\.tmp")

_FORGOTTEN = "_forgotten"
"""No VM has such a name."""
# What is written down while an instance is made or deleted.
_OF_A_STEP = frozenset({CREATING_FILE, DELETING_FILE})


@contextmanager
def in_use(state: StateDirectory, vm: str, lima_home: Path, manifest: Path) -> Iterator[None]:
    """Note that a throwaway VM of `manifest` begins, and hold it while the block runs.

    Raises:
        DvmError: there is one of that name. OSError: it can't be noted.
    """
    forget_cut_off(state)
    try:
        descriptor = _begin(state, vm)
    except FileExistsError as error:
        raise DvmError(
            f"There is a throwaway VM of the name {vm}.",
            remedy=f"Remove it: dvm rm {vm} --yes. Or give another --name.",
        ) from error
    try:
        note = {"lima_home": str(lima_home), "manifest": str(manifest)}
        os.write(descriptor, json.dumps(note).encode() + b"\n")
        os.fsync(descriptor)
        yield
    finally:
        os.close(descriptor)


def _begin(state: StateDirectory, vm: str) -> int:
    """Make a VM's note, empty, and return its descriptor with the lock, which the kernel drops with our process.

    Raises:
        FileExistsError: there is one. OSError: it can't be made.
    """
    while True:
        place = state.make(state.of_vm(vm)) / _FILE
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Before the lock, somebody else may have taken it for one that was cut off.
        with suppress(FileNotFoundError):
            if place.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        os.close(descriptor)


def forget_cut_off(state: StateDirectory) -> None:
    """Remove the notes of sessions that were killed before they said anything, and what was being removed."""
    shutil.rmtree(state.path / _FORGOTTEN, ignore_errors=True)
    for place in state.path.glob(f"*/{_FILE}"):
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.pread(descriptor, _MOST_BYTES, 0).endswith(b"\n"):
                forget_ephemeral(state, place.parent.name, logs=True)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)


def read_ephemeral(state: StateDirectory, lima_home: Path, manifest: Path) -> frozenset[str]:
    """Return the throwaway VMs of `manifest` that have begun under this LIMA_HOME and may not be gone."""
    found = set()
    for place in state.path.glob(f"*/{_FILE}"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # none that anybody can vouch for
            note = read_note(place)
            if note["lima_home"] == str(lima_home) and is_note_of(note, manifest):
                found.add(place.parent.name)
    return frozenset(found)


def is_in_use(state: StateDirectory, vm: str) -> bool:
    """Whether the `dvm run` of a throwaway VM goes on."""
    try:
        descriptor = os.open(state.of_vm(vm) / _FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def forget_ephemeral(state: StateDirectory, vm: str, *, logs: bool, lima_home: Path | None = None) -> None:
    """Take note that a throwaway VM is gone; with `logs`, its logs go too.

    `lima_home`: where it was; what was written down of a create or delete there that was cut off is about nothing now.
    Whatever else is there stays: the directory is that of the name, which VMs of other manifests may have as well.
    """
    place = state.of_vm(vm)
    with suppress(OSError):
        for name in os.listdir(place) if logs else ():  # noqa: PTH208 - only names are wanted
            if _OF_A_SESSION.fullmatch(name) or (name in _OF_A_STEP and _is_of(place / name, lima_home)):
                (place / name).unlink(missing_ok=True)
        if logs and set(os.listdir(place)) <= {_FILE, LOCK_FILE}:  # noqa: PTH208
            # At once: of what a kill left of it nobody would know whose it was.
            gone = state.make(state.path / _FORGOTTEN) / os.urandom(8).hex()
            place.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
            gone.parent.rmdir()
    # Last, so that the next try finds it.
    (place / _FILE).unlink(missing_ok=True)


def _is_of(note: Path, lima_home: Path | None) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return lima_home is not None and read_note(note)["lima_home"] == str(lima_home)
    return False
