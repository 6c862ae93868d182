"""The digest of the manifest's files by themselves: what has not changed needs no reader."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from dvm.files import read_evidence
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE
from dvm.model.evidence import Role, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def digest_of(digests: Sequence[str | None]) -> str:
    """Return one SHA-256 for the digests of dvm.toml and of each vm.toml, in order of name."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def manifest_digest(manifest: Path) -> str | None:
    """Return what `Manifest.sha256` is for the files at and beside `manifest`; None: one of them can't be read."""
    first = read_evidence(manifest, Role.MANIFEST)
    if first.content is None:
        return None
    digests = [first.sha256]
    directory = manifest.parent / VM_DIRECTORY
    try:
        names = sorted(os.listdir(directory))  # noqa: PTH208 - only names are wanted, a thousand maybe
    except FileNotFoundError:
        names = []
    except OSError:
        return None
    for name in names:
        evidence = read_evidence(directory / name / VM_FILE, Role.MANIFEST)
        if evidence.content is not None:
            digests.append(evidence.sha256)
        elif evidence.problem is not Unreadable.MISSING:
            return None
    return digest_of(digests)
