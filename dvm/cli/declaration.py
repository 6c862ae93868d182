"""A VM's declaration as files: where it is, and taking it away with every other byte left as it was."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.cli.skeleton import SETUP_FILE, setup_sh
from dvm.errors import DvmError
from dvm.files import read_evidence, write_atomically
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE
from dvm.manifest.removal import CannotRemoveError, without_vm
from dvm.model.evidence import Role
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.model.manifest import Manifest

_MOST_NAMED = 5


class OwnFiles(Struct, frozen=True):
    """What a VM has in vms/NAME/: the files that go, the names of what stays, or a link in its place."""

    directory: Path
    link: bool = False
    gone: tuple[Path, ...] = ()
    kept: tuple[str, ...] = ()

    def told(self, removes: str, keeps: str) -> list[str]:
        """Return in words what goes and what stays; `removes` and `keeps` are the verbs."""
        if self.link or not self.kept:
            return [f"{removes} {visible(str(self.directory))}"]
        lines = [f"{removes} {visible(str(file))}" for file in self.gone]
        more = f" and {len(self.kept) - _MOST_NAMED} more" if len(self.kept) > _MOST_NAMED else ""
        names = ", ".join(visible(name) for name in self.kept[:_MOST_NAMED])
        return [*lines, f"{keeps} {visible(str(self.directory))} with what is yours in it: {names}{more}"]

    def carry_out(self) -> OwnFiles:
        """Remove what goes, the declaration first, and the directory where nothing is left in it.

        Returns what stayed, as it was found at the end.
        """
        if self.link:
            self.directory.unlink()
            return self
        for file in self.gone:
            file.unlink(missing_ok=True)
        kept = sorted(os.listdir(self.directory))  # noqa: PTH208 - names are enough
        if not kept:
            self.directory.rmdir()
        return OwnFiles(self.directory, gone=self.gone, kept=tuple(kept))


class Removal(Struct, frozen=True):
    """What taking declarations away does: files of vms/NAME/ that go, and the manifest's new text, if any."""

    own: tuple[OwnFiles, ...]
    manifest: Path | None
    old: bytes = b""
    new: bytes = b""
    mode: int = 0o600

    def planned(self) -> list[str]:
        """Return what it does, in words."""
        lines = []
        if self.manifest is not None:
            lines.append(f"takes the declaration out of {visible(str(self.manifest))}")
        return [*lines, *(line for each in self.own for line in each.told("removes", "keeps"))]

    def carry_out(self) -> list[str]:
        """Do it and return what was done, in words.

        Raises:
            DvmError: the manifest changed since it was looked at, and nothing was written; a file can't be removed.
        """
        done: list[str] = []
        if self.manifest is not None:
            if self.manifest.read_bytes() != self.old:
                raise DvmError(f"{visible(str(self.manifest))} changed meanwhile.", remedy="Look at it and ask again.")
            write_atomically(self.manifest, self.new, self.mode)
            done.append(f"took the declaration out of {visible(str(self.manifest))}")
        for each in self.own:
            try:
                done += each.carry_out().told("removed", "kept")
            except OSError as error:
                raise DvmError(
                    f"{visible(str(error.filename or each.directory))} can't be removed: {error.strerror}.",
                    remedy="See that its directory may be written to, and remove it by hand.",
                ) from error
        return done


def removal_of(manifest: Manifest, names: Sequence[str]) -> Removal:
    """Return how the declarations of some VMs go; nothing is changed yet.

    Of vms/NAME/ goes what DVM wrote and nobody changed: vm.toml, which is the declaration, and a setup.sh that is still
    as `dvm new` writes it. Everything else is the user's, and stays.

    Raises:
        DvmError: other VMs need one of them, or the text can't be taken apart for certain.
    """
    for name in names:
        _demand_unneeded(manifest, name, names)
    own = tuple(filter(None, (_own_files(manifest, name, names) for name in names)))
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
        return Removal(own, None)
    return Removal(own, evidence.resolved, evidence.content, new, evidence.mode or 0o600)


def _own_files(manifest: Manifest, name: str, going: Sequence[str]) -> OwnFiles | None:
    directory = manifest.path.parent / VM_DIRECTORY / name
    if directory.is_symlink():
        return OwnFiles(directory, link=True)
    if not directory.is_dir():
        return None
    staying = [*(vm for vm in manifest.vms.values() if vm.name not in going), *manifest.bases.values()]
    used = {file.resolved for vm in staying for file in vm.files}
    gone = {VM_FILE}
    skeleton = read_evidence(directory / SETUP_FILE, Role.SCRIPT)
    if skeleton.content == setup_sh(name).encode() and skeleton.resolved not in used:
        gone.add(SETUP_FILE)
    there = sorted(os.listdir(directory))  # noqa: PTH208 - names are enough
    # The declaration first: what a kill leaves is no manifest with a mistake.
    files = [directory / each for each in (VM_FILE, SETUP_FILE) if each in gone and each in there]
    return OwnFiles(directory, gone=tuple(files), kept=tuple(each for each in there if each not in gone))


def _demand_unneeded(manifest: Manifest, name: str, going: Sequence[str]) -> None:
    for vm in manifest.vms.values():
        if vm.name not in going and name in vm.config.depends_on:
            raise DvmError(
                f"{vm.address} depends on vm.{name}.",
                detail="Without its declaration the manifest would have a mistake. Nothing was changed.",
                remedy=f"Take {name} out of depends_on of {vm.address} first.",
            )
