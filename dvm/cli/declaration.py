"""A VM's declaration as files: where it is, and taking it away with every other byte left as it was."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import DvmError
from dvm.files import read_evidence, write_atomically
from dvm.manifest.paths import VM_DIRECTORY
from dvm.manifest.removal import CannotRemoveError, without_vm
from dvm.model.evidence import Role
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.model.manifest import Manifest


class Removal(Struct, frozen=True):
    """What taking declarations away does: directories that go, and the manifest's new text, if any."""

    directories: tuple[Path, ...]
    manifest: Path | None
    old: bytes = b""
    new: bytes = b""
    mode: int = 0o600

    def planned(self) -> list[str]:
        """Return what it does, in words."""
        lines = []
        if self.manifest is not None:
            lines.append(f"takes the declaration out of {visible(str(self.manifest))}")
        lines += [f"removes {visible(str(directory))}" for directory in self.directories]
        return lines

    def carry_out(self) -> list[str]:
        """Do it and return what was done, in words.

        Raises:
            DvmError: the manifest changed since it was looked at; nothing of it was written.
        """
        done: list[str] = []
        if self.manifest is not None:
            if self.manifest.read_bytes() != self.old:
                raise DvmError(f"{visible(str(self.manifest))} changed meanwhile.", remedy="Look at it and ask again.")
            write_atomically(self.manifest, self.new, self.mode)
            done.append(f"took the declaration out of {visible(str(self.manifest))}")
        for directory in self.directories:
            if directory.is_symlink():
                directory.unlink()
            else:
                shutil.rmtree(directory)
            done.append(f"removed {visible(str(directory))}")
        return done


def removal_of(manifest: Manifest, names: Sequence[str]) -> Removal:
    """Return how the declarations of some VMs go; nothing is changed yet.

    Raises:
        DvmError: other VMs need one of them, or the text can't be taken apart for certain.
    """
    directories = [manifest.path.parent / VM_DIRECTORY / name for name in names]
    for name, directory in zip(names, directories, strict=True):
        _demand_unneeded(manifest, name, directory, names)
    there = tuple(each for each in directories if each.is_symlink() or each.is_dir())
    evidence = read_evidence(manifest.path, Role.MANIFEST)
    if evidence.content is None or evidence.resolved is None:
        raise DvmError(f"{visible(str(manifest.path))} can't be read any more.", detail=evidence.reason)

    new = evidence.content
    for name in names:
        try:
            new = without_vm(new, name)
        except (CannotRemoveError, ValueError) as error:
            raise DvmError(
                f"The declaration of vm.{name} can't be taken out of {visible(str(manifest.path))} for certain.",
                detail=f"{error}. Nothing was changed.",
                remedy="Take it out by hand, then run `dvm apply --prune`.",
            ) from error
    if new == evidence.content:
        return Removal(there, None)
    return Removal(there, evidence.resolved, evidence.content, new, evidence.mode or 0o600)


def _demand_unneeded(manifest: Manifest, name: str, directory: Path, going: Sequence[str]) -> None:
    for vm in manifest.vms.values():
        if vm.name in going:
            continue
        if name in vm.config.depends_on:
            raise DvmError(
                f"{vm.address} depends on vm.{name}.",
                detail="Without its declaration the manifest would have a mistake. Nothing was changed.",
                remedy=f"Take {name} out of depends_on of {vm.address} first.",
            )
        if any(directory in file.path.parents for file in vm.files):
            raise DvmError(
                f"{vm.address} uses a file of {visible(str(directory))}.",
                detail="--config would remove that directory. Nothing was changed.",
                remedy=f"Move the file, or change what {vm.address} uses.",
            )
