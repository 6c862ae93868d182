"""The digest of the manifest's files by themselves: what has not changed needs no reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.files import read_evidence
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE, vm_names
from dvm.model.evidence import Role, Unreadable
from dvm.model.manifest import sha256_of

if TYPE_CHECKING:
    from pathlib import Path


def manifest_digest(manifest: Path) -> str | None:
    """Return what `Manifest.sha256` is for the files at and beside `manifest`; None: one of them can't be read."""
    files = [read_evidence(manifest, Role.MANIFEST)]
    try:
        names = vm_names(manifest)
    except FileNotFoundError:
        names = []
    except OSError:
        return None
    files += (read_evidence(manifest.parent / VM_DIRECTORY / name / VM_FILE, Role.MANIFEST) for name in names)
    own = [file for at, file in enumerate(files) if at == 0 or file.problem is not Unreadable.MISSING]
    return None if any(file.content is None for file in own) else sha256_of(own)
