"""What files are called: in dvm.lock and in receipts, and in a guest's $DVM_FILES."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import DesiredVM

LOCK_FILE = "dvm.lock"


def companion_name(path: str) -> str:
    """Return the name that a companion file has in $DVM_FILES."""
    return posixpath.basename(posixpath.normpath(path))


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
