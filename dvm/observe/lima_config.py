"""Lima's host-wide files in `$LIMA_HOME/_config`, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.files import read_evidence
from dvm.model.evidence import Role, Unreadable
from dvm.model.lima_config import LimaConfig

if TYPE_CHECKING:
    from pathlib import Path

# `base.yaml` is merged into the template at create, the other two into every instance at every call.
_FILES = ("base.yaml", "default.yaml", "override.yaml")


def read_lima_config(lima_home: Path) -> LimaConfig:
    """Return what is merged into every instance. Files that do not exist are left out."""
    files = [read_evidence(lima_home / "_config" / name, Role.LIMA_CONFIG) for name in _FILES]
    found = tuple(file for file in files if file.problem is not Unreadable.MISSING)
    return LimaConfig(found, {file.path: _parse(file.content) for file in found if file.content is not None})


def _parse(content: bytes) -> dict[str, Any]:
    import yaml

    try:
        value = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}  # Lima refuses it too, and says so; the check on the effective configuration still holds
    return value if isinstance(value, dict) else {}
