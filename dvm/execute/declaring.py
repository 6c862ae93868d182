"""Another name for a VM in the manifest: dvm.toml, vms/NAME/, other VMs' own files, dvm.lock. All of it or nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import DvmError, ManifestError
from dvm.files import read_evidence, write_atomically
from dvm.manifest.load import load
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE, vm_names
from dvm.manifest.renaming import CannotRenameError, with_renamed_vm
from dvm.model.evidence import Role
from dvm.model.file_names import LOCK_FILE
from dvm.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.manifest import Manifest


class _Edit(Struct, frozen=True):
    """A file's new text; `path` is without links."""

    path: Path
    old: bytes
    new: bytes
    mode: int


class Redeclaration(Struct, frozen=True):
    """What another name in the manifest takes: files with their new texts, and a directory that is moved."""

    edits: tuple[_Edit, ...]
    directory: tuple[Path, Path] | None

    @property
    def is_done(self) -> bool:
        """Whether nothing has the old name any more."""
        return not self.edits and self.directory is None

    def carry_out(self, manifest: Path, home: Home) -> None:
        """Write it all, and read the manifest; where it has a mistake then, put everything back.

        Raises:
            DvmError: a file changed meanwhile, or what is written is no manifest; all is as it was.
        """
        for edit in self.edits:
            if edit.path.read_bytes() != edit.old:
                raise DvmError(
                    f"{visible(str(edit.path))} changed meanwhile.", detail="Nothing was changed.", remedy="Try again."
                )
        try:
            for edit in self.edits:
                write_atomically(edit.path, edit.new, edit.mode)
            if self.directory is not None:
                self.directory[0].rename(self.directory[1])
            load(manifest, host_cores=os.cpu_count() or 1, lima_home=home.resolved(home.path))
        except (ManifestError, OSError) as error:
            self._put_back()
            what = error.diagnostics[0].summary if isinstance(error, ManifestError) else str(error.strerror)
            raise DvmError(
                f"Under the new name {visible(str(manifest))} would have a mistake: {visible(what)}.",
                detail="It was put back as it was.",
                remedy="Rename the VM by hand, then use `dvm mv` for its instance.",
            ) from error

    def _put_back(self) -> None:
        if self.directory is not None and not os.path.lexists(self.directory[0]):
            with suppress(OSError):
                self.directory[1].rename(self.directory[0])
        for edit in self.edits:
            if edit.path.read_bytes() == edit.new:
                write_atomically(edit.path, edit.old, edit.mode)


def redeclaration_of(manifest: Path, old: str, new: str) -> Redeclaration:
    """Return what the new name takes in a manifest (a path without links); nothing is changed yet.

    What has the new name already needs nothing, so that one that was cut off is ended by the same call.

    Raises:
        DvmError: a file can't be read, or its text can't be changed for certain.
    """
    vms = manifest.parent / VM_DIRECTORY
    files = [(manifest, False)]
    with suppress(OSError):
        files += [(vms / name / VM_FILE, True) for name in vm_names(manifest)]
    own = vms / old
    moves = (own / VM_FILE).exists()
    edits = []
    # While its own file has the old place it is written there, and moves with the directory.
    for path, body in files:
        edits.append(_edit(path, lambda text, body=body: with_renamed_vm(text, old, new, body=body)))
    if moves and not own.is_symlink():
        edits.append(_edit(manifest.parent / LOCK_FILE, lambda text: _lock(text, old, new)))
    return Redeclaration(tuple(filter(None, edits)), (own, vms / new) if moves else None)


def demand_unused(manifest: Manifest, name: str) -> None:
    """See that no other VM, and no base, uses a file of vms/NAME/, which is to be moved.

    Raises:
        DvmError: one does.
    """
    directory = manifest.path.parent / VM_DIRECTORY / name
    if not (directory / VM_FILE).exists():
        return
    for vm in (*manifest.vms.values(), *manifest.bases.values()):
        inherited = {script.file.path for script in vm.base.scripts} if vm.base is not None else set()
        mine = manifest.vms.get(name) is vm
        files = (file.path for file in vm.files)
        used = [file for file in files if directory in file.parents and (not mine or file in inherited)]
        if used:
            raise DvmError(
                f"{vm.address} uses a file of {visible(str(directory))}.",
                detail=f"It is {visible(str(used[0]))}, and that directory gets another name. Nothing was changed.",
                remedy=f"Move the file out of {VM_DIRECTORY}/{name}, and name it where it is then.",
            )


def _edit(path: Path, change: object) -> _Edit | None:
    evidence = read_evidence(path, Role.MANIFEST)
    if evidence.content is None or evidence.resolved is None:
        if not os.path.lexists(path):
            return None
        raise DvmError(f"{visible(str(path))} can't be read any more.", detail=evidence.reason)
    assert callable(change)
    try:
        new = change(evidence.content)
    except (CannotRenameError, ValueError) as error:
        raise DvmError(
            f"The name can't be changed in {visible(str(path))} for certain.",
            detail=f"{error}. Nothing was changed.",
            remedy="Rename it there by hand, then use `dvm mv` for the instance.",
        ) from error
    return None if new == evidence.content else _Edit(evidence.resolved, evidence.content, new, evidence.mode or 0o600)


def _lock(content: bytes, old: str, new: str) -> bytes:
    """Return dvm.lock with the files of vms/OLD/ under their new paths."""
    return content.replace(f'"{VM_DIRECTORY}/{old}/'.encode(), f'"{VM_DIRECTORY}/{new}/'.encode())


def has_moved(manifest: Path, old: str, new: str) -> bool:
    """Whether a VM's own directory beside the manifest has its new name."""
    vms = manifest.parent / VM_DIRECTORY
    return not (vms / old).exists() and (vms / new).is_dir()
