"""The manifest for commands that go on without one, or with the part of it that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import UnreadableFileError
from dvm.manifest.paths import manifest_path
from dvm.model.evidence import Unreadable
from dvm.model.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host


def manifest_or_none(host: Host, path: Path | None, *, readable: bool = False) -> Manifest | None:
    """Return the manifest; None where there is none and none was asked for by name.

    `readable`: as much of it as can be read, for commands about VMs that exist. It warns of what can't.

    Raises:
        ManifestError: it has mistakes, and not all of it is `readable`.
        UnreadableFileError: it can't be read, or the one that was named does not exist.
    """
    try:
        return host.readable_manifest(path) if readable else host.manifest(path)
    except UnreadableFileError as error:
        named = path is not None or host.environment.get("DVM_MANIFEST")
        if named or error.evidence.problem is not Unreadable.MISSING:
            raise
        return None


def manifest_or_empty(host: Host, path: Path | None, *, readable: bool = False) -> Manifest:
    """Return the manifest, or one that declares nothing where there is none; `readable` as for `manifest_or_none`.

    Raises:
        ManifestError: it has mistakes, and not all of it is `readable`.
        UnreadableFileError: it can't be read, or the one that was named does not exist.
    """
    found = manifest_or_none(host, path, readable=readable)
    if found is not None:
        return found
    from dvm.model.settings import Settings

    return Manifest(manifest_path(path, host.environment), Settings(), {}, ())
