"""dvm.lock: which setup scripts, and which of the templates' own, somebody has read and approved."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Literal

import msgspec
from pydantic import Field

from dvm.model.choices import RunAs
from dvm.model.fields import Declared, Digest
from dvm.model.template import Mode, ProvisionRecord

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import DesiredVM

LOCK_FILE = "dvm.lock"


class LockedEntry(Declared):
    """One thing that a template may make the guest do."""

    mode: Mode = Field(description="Lima's mode; `probe` for an entry of `probes`.")
    as_: RunAs = Field(alias="as", description="Who does it in the guest.")
    sha256: Digest = Field(description="SHA-256 of its text before Lima puts names and parameters into it.")
    path: str = Field("", description="The file that it writes or edits; empty for a script.")
    owner: str = Field("", description="Who gets that file; empty: root.")
    permissions: str = Field("", description="Mode of that file; empty: Lima's default.")

    @classmethod
    def of(cls, record: ProvisionRecord) -> LockedEntry:
        """Return the entry of a record."""
        return cls.model_validate(msgspec.to_builtins(record))

    @property
    def record(self) -> ProvisionRecord:
        """What it says, as templates and receipts have it."""
        return msgspec.convert(self.model_dump(by_alias=True), ProvisionRecord)


class Lock(Declared):
    """The content of dvm.lock."""

    version: Literal[1] = Field(1, description="Version of this format.")
    scripts: dict[str, Digest] = Field(
        {}, description="SHA-256 of the text that was approved, by the script's path relative to dvm.lock."
    )
    files: dict[str, Digest] = Field(
        {}, description="SHA-256 of each companion file that was approved, by its path relative to dvm.lock."
    )
    templates: dict[str, tuple[LockedEntry, ...]] = Field(
        {}, description="What each template may make the guest do, by the template's name, path or address."
    )

    def records(self, template: str) -> tuple[ProvisionRecord, ...]:
        """Return what was approved of a template, by its name here."""
        return tuple(entry.record for entry in self.templates.get(template, ()))


def template_key(vm: DesiredVM, manifest: Path) -> str:
    """Return the name in dvm.lock of a VM's template: a file's as a setup script's, else what the manifest says."""
    return vm.config.template if vm.template_file is None else lock_key(vm.template_file.path, manifest)


def script_key(script: FileEvidence, directory: Path) -> str:
    """Return what names a setup script or a companion file, however a manifest spells its path.

    It is the file, with every link followed,
    relative to the manifest's `directory` (without links) or to the home directory, else absolute.
    """
    return relative(str(script.resolved or script.path), str(directory))


def lock_key(script: Path, manifest: Path) -> str:
    """Return a template file's name in dvm.lock: relative to it, or to the home directory, else absolute."""
    named, base = str(script), str(manifest.parent)
    if ".." not in script.parts:
        named = posixpath.normpath(named)
    return relative(named, base)


def relative(named: str, base: str) -> str:
    """Return an absolute path as dvm.lock has it, where dvm.lock is in the directory `base`."""
    if named.startswith(f"{base}/"):
        return named.removeprefix(f"{base}/")
    home = os.path.expanduser("~")  # noqa: PTH111 - the one that the manifest's "~" stands for
    return f"~/{named.removeprefix(f'{home}/')}" if named.startswith(f"{home}/") else named
