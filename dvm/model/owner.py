"""Who a VM belongs to: the manifest that made it. Two manifests on one Lima leave each other's VMs alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.instance import Instance


class Owner(Struct, frozen=True):
    """The manifest that a receipt names. `path` has no links; `gone`: there is no such file any more."""

    path: Path
    gone: bool = False


class Ownership(StrEnum):
    """What a VM with a receipt is to one manifest."""

    OURS = "ours"
    """This manifest made it."""
    OTHERS = "others"
    """Another manifest made it, and is still there: this one never changes it."""
    GONE = "gone"
    """Another manifest made it, and is not there any more: the manifest that declares the VM takes it over."""
    UNKNOWN = "unknown"
    """The receipt names no manifest, as older ones do not: as GONE."""

    @property
    def free(self) -> bool:
        """Whether a manifest that declares the VM takes it over; one that does not needs it named to destroy it."""
        return self in {Ownership.GONE, Ownership.UNKNOWN}


def ownership(instance: Instance, manifest: Path) -> Ownership:
    """Return what a managed instance is to the manifest at `manifest`, a path without links."""
    owner = instance.owner
    if owner is None:
        return Ownership.UNKNOWN
    if owner.path == manifest:
        return Ownership.OURS
    return Ownership.GONE if owner.gone else Ownership.OTHERS
