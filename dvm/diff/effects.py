"""What it takes to change each attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import Effect
from dvm.model.units import parse_size

if TYPE_CHECKING:
    from collections.abc import Mapping

_EFFECTS: Mapping[str, Effect] = {
    "template": Effect.REPLACE,
    "template_sha256": Effect.REPLACE,
    "arch": Effect.REPLACE,
    "vm_type": Effect.REPLACE,
    # `limactl edit` refuses to change a running instance.
    "cpus": Effect.RESTART,
    "memory": Effect.RESTART,
    "disk": Effect.RESTART,
    "isolation": Effect.RESTART,
    "ports": Effect.RESTART,
    "auto_ports": Effect.RESTART,
    "proxy_env": Effect.RESTART,
    "mounts": Effect.RESTART,
    "agent_forwarding": Effect.RESTART,
    "ssh_public_keys": Effect.RESTART,
    "audio": Effect.RESTART,
    "protect": Effect.IN_PLACE,
    "user": Effect.BOOTSTRAP,
    "sudo": Effect.BOOTSTRAP,
    "subuid_count": Effect.BOOTSTRAP,
    "subgid_count": Effect.BOOTSTRAP,
}


def effect_of(name: str, old: object, new: object) -> Effect:
    """Return what it takes to change attribute `name` from `old` to `new`, both JSON values."""
    if name == "running":
        return Effect.BOOT if new else Effect.STOP
    if name == "disk" and old is not None and parse_disk(str(old)) > parse_disk(str(new)):
        return Effect.REPLACE  # Lima refuses to shrink a disk
    return _EFFECTS[name]


def effects() -> Mapping[str, Effect]:
    """Return what it takes to change each attribute, by its name; of `disk`, to grow it. `running` has two ways."""
    return _EFFECTS


def parse_disk(size: str) -> int:
    """Return bytes of a size as `format_size` writes it, odd ones (`1000B`) included."""
    return int(size[:-1]) if size[:-1].isdigit() else parse_size(size)
