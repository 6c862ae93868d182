"""Lima's host-wide configuration, which is merged into every instance at every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.model.evidence import FileEvidence


class LimaConfig(Struct, frozen=True):
    """`$LIMA_HOME/_config/default.yaml` and `override.yaml`, where they exist.

    `files` are as read; `parsed` has the YAML mapping of each by its path, empty where it is no mapping. `changed` has
    when each of the two last changed, in seconds since the epoch; for one that is not there, when something was added
    to or removed from its directory. `others` is what else is in `_config`, unread. `templates` has, by the name of a
    VM, the files that its `template:NAME` stands for, where they are not Lima's own.
    """

    files: tuple[FileEvidence, ...] = ()
    parsed: Mapping[Path, Mapping[str, Any]] = field(default_factory=dict)
    changed: Mapping[Path, float] = field(default_factory=dict)
    others: tuple[FileEvidence, ...] = ()
    templates: Mapping[str, tuple[FileEvidence, ...]] = field(default_factory=dict)

    def sources_of(self, *keys: str) -> tuple[Path, ...]:
        """Return the files that set the nested key, e.g. `sources_of("ssh", "forwardAgent")`, override.yaml first."""
        return tuple(path for path in sorted(self.parsed, reverse=True) if _has(self.parsed[path], keys))


def _has(mapping: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    value: Any = mapping
    for key in keys:
        if not isinstance(value, dict) or not value.get(key):
            return False
        value = value[key]
    return True
