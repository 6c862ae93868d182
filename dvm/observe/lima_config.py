"""Lima's host-wide files: `$LIMA_HOME/_config`, and the templates that come before Lima's own. Read once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.files import read_evidence
from dvm.model.evidence import Role, Unreadable
from dvm.model.lima_config import LimaConfig
from dvm.observe.moments import changed_at, content_changed_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.evidence import FileEvidence

# `base.yaml` is merged into the template at create, the other two into every instance at every call.
_FILES = ("base.yaml", "default.yaml", "override.yaml")
_MOST_TEMPLATES = 1000


def read_lima_config(lima_home: Path, templates_path: str = "") -> LimaConfig:
    """Return what is merged into every instance, and what `template:NAME` may stand for.

    `templates_path` is $LIMA_TEMPLATES_PATH. Files that do not exist are left out, but for one where none does: its
    evidence has the directories in which somebody could put it.
    """
    files = [read_evidence(lima_home / "_config" / name, Role.LIMA_CONFIG) for name in _FILES]
    found = [file for file in files if file.problem is not Unreadable.MISSING]
    parsed = {file.path: _parse(file.content) for file in found if file.content is not None}
    changed = dict(_changes(lima_home / "_config"))
    return LimaConfig((*(found or files[:1]), *_templates(lima_home, templates_path)), parsed, changed)


def _changes(directory: Path) -> Iterator[tuple[Path, float]]:
    """Yield when each file that is merged at every call changed, or its directory where it is not there."""
    for path in (directory / name for name in _FILES[1:]):
        moment = changed_at(path)
        if moment is not None:
            yield path, moment
        elif (moment := content_changed_at(directory)) is not None:
            yield directory, moment


def _templates(lima_home: Path, templates_path: str) -> Iterator[FileEvidence]:
    """Yield the templates in the directories that Lima looks in before, or instead of, its own."""
    # What is relative is so to limactl's working directory, which is DVM's own and has none.
    named = [Path(part) for part in templates_path.split(os.pathsep) if part.startswith("/")]
    for directory in named or [lima_home / "_templates"]:
        paths = sorted(directory.rglob("*.yaml"))[:_MOST_TEMPLATES] if directory.is_dir() else []
        # One that is not there stands for the directory itself, where it is there.
        for path in paths or ([directory / "default.yaml"] if directory.is_dir() else []):
            yield read_evidence(path, Role.LIMA_CONFIG)


def _parse(content: bytes) -> dict[str, Any]:
    import yaml

    try:
        value = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}  # Lima refuses it too, and says so; the check on the effective configuration still holds
    return value if isinstance(value, dict) else {}
