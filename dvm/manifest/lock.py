"""dvm.lock on disk, beside the manifest."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

import tomli_w
from pydantic import ValidationError

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.errors import ManifestError
from dvm.files import read_evidence, write_atomically
from dvm.manifest.mistakes import show
from dvm.manifest.toml import parse
from dvm.model.evidence import FileEvidence, Role, Unreadable
from dvm.model.file_names import LOCK_FILE, relative
from dvm.model.lock import Lock
from dvm.text import visible

if TYPE_CHECKING:
    from pathlib import Path

_MODE = 0o644
_HEAD = (
    "# Setup scripts, their files, and scripts of templates that were read and approved. "
    "Written by `dvm review`; check it in.\n"
)


def read_lock(manifest: Path) -> tuple[Lock, FileEvidence | None]:
    """Return what was approved, and the file it stands in; None: there is no such file.

    A file that could not be read says nothing; its evidence says why, and the checks refuse it.

    Raises:
        ManifestError: it is not what `dvm review` writes.
    """
    evidence = read_evidence(manifest.parent / LOCK_FILE, Role.LOCK)
    if evidence.problem is Unreadable.MISSING:
        return Lock(), None
    if evidence.content is None:
        return Lock(), evidence
    try:
        return _by_file(Lock.model_validate(parse(evidence.content.decode())), manifest), evidence
    except (ValueError, RecursionError) as error:
        what = visible(_first(error))
    detail = "Put back the version that is checked in, or remove it and run `dvm review`."
    diagnostic = Diagnostic(Severity.ERROR, f"not what `dvm review` writes: {what}", detail, Location(evidence.path))
    raise ManifestError([diagnostic], [evidence])


def is_old_form(evidence: FileEvidence | None, lock: Lock) -> bool:
    """Whether the file that `lock` was read from names scripts by other paths than DVM writes today."""
    if evidence is None or evidence.content is None:
        return False
    named = parse(evidence.content.decode()).get("scripts", {})
    return not isinstance(named, dict) or set(named) != set(lock.scripts)


def _by_file(lock: Lock, manifest: Path) -> Lock:
    """Return a lock whose scripts are named by file: an older DVM wrote each path as the manifest spelled it.

    Where two spellings of one file have different digests nobody can say which one was approved: neither was.
    """
    directory = os.path.realpath(manifest.parent)
    found: dict[str, set[str]] = {}
    for named, digest in lock.scripts.items():
        path = os.path.realpath(posixpath.join(directory, os.path.expanduser(named)))  # noqa: PTH111 - as script_key
        found.setdefault(relative(path, directory), set()).add(digest)
    scripts = {name: digests.pop() for name, digests in found.items() if len(digests) == 1}
    return lock.model_copy(update={"scripts": scripts})


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    mistake = error.errors(include_url=False)[0]
    return f"{show(mistake['loc'])}: {mistake['msg']}"


def write_lock(manifest: Path, lock: Lock, before: FileEvidence | None) -> Path:
    """Write dvm.lock, whole or not at all, and return where; a link in its place (`before`) is kept.

    Raises:
        OSError: it could not be written; what was there before is still there.
    """
    place = manifest.parent / LOCK_FILE
    if before is not None and before.resolved is not None:
        place = before.resolved
    content: dict[str, object] = {"version": lock.version, "scripts": dict(sorted(lock.scripts.items()))}
    if lock.files:
        content["files"] = dict(sorted(lock.files.items()))
    if lock.templates:
        content["templates"] = {
            key: [entry.model_dump(mode="json", by_alias=True, exclude_defaults=True) for entry in lock.templates[key]]
            for key in sorted(lock.templates)
        }
    write_atomically(place, (_HEAD + tomli_w.dumps(content)).encode(), _MODE)
    return place
