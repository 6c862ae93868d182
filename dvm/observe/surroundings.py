"""What stands around limactl on this host, as evidence: PATH, the programs it starts, the directories beside it."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.errors import RefusedError
from dvm.files import read_evidence
from dvm.lima.programs import directories_beside
from dvm.model.evidence import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.model.evidence import FileEvidence

MAX_ENTRIES = 10_000
_WRITABLE_BY_OTHERS = 0o022


def path_directories(environment: Mapping[str, str]) -> list[FileEvidence]:
    """Look at each absolute directory on PATH, in its order, once."""
    parts = dict.fromkeys(part for part in environment.get("PATH", "").split(os.pathsep) if part.startswith("/"))
    return [read_evidence(Path(part), Role.LIMA_PLACE, limit=0) for part in parts]


def beside(limactl: Path) -> Iterator[FileEvidence]:
    """Look at the directories beside limactl, and at all in them that is not plainly safe.

    Raises:
        RefusedError: one holds more than MAX_ENTRIES files.
    """
    for directory in directories_beside(limactl):
        yield read_evidence(directory, Role.LIMA_PLACE, limit=0)
        yield from _doubtful(directory)


def downloaded_images(environment: Mapping[str, str]) -> Iterator[FileEvidence]:
    """Look at the directory of images that limactl has downloaded, and at those in it that are not plainly safe.

    Each image has a directory of its own there, which Lima makes for its owner alone (Lima 2.2, pkg/downloader).
    """
    caches = environment.get("XDG_CACHE_HOME", "") if sys.platform != "darwin" else ""
    home = Path(environment.get("HOME", "/"))
    cache = Path(caches) if caches else home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    directory = cache / "lima" / "download" / "by-url-sha256"
    if not directory.is_absolute():
        return  # limactl takes no other, and says so
    yield read_evidence(directory, Role.LIMA_PLACE, limit=0)
    with suppress(OSError):
        for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
            about = entry.stat(follow_symlinks=False)
            if not stat.S_ISDIR(about.st_mode) or not _is_plainly_safe(about):
                yield read_evidence(Path(entry.path), Role.LIMA_PLACE, limit=0)


def _doubtful(top: Path) -> Iterator[FileEvidence]:
    """Yield evidence of each entry below a directory that is a link, or another's, or writable by others."""
    ahead, count = [top], 0
    while ahead:
        try:
            entries = sorted(os.scandir(ahead.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        count += len(entries)
        if count > MAX_ENTRIES:
            raise RefusedError(
                f"{top} holds more than {MAX_ENTRIES} files.",
                detail="limactl runs and reads files of it, so DVM checks who can change each of them (DVM109).",
                remedy="See what is there, and install Lima again, or name another by DVM_LIMACTL.",
            )
        for entry in entries:
            path = Path(entry.path)
            try:
                about = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.S_ISDIR(about.st_mode):
                ahead.append(path)
            if not _is_plainly_safe(about):
                leads = path.is_dir()
                yield read_evidence(path, Role.LIMA_PLACE if leads else Role.HELPER, limit=0)


def _is_plainly_safe(about: os.stat_result) -> bool:
    plain = stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)
    return plain and about.st_uid in (0, os.geteuid()) and not about.st_mode & _WRITABLE_BY_OTHERS
