"""What the instances on a host are to one manifest: its own, another manifest's, nobody's, or not DVM's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.names import PREFIX, base_name, instance_name, vm_name
from dvm.model.owner import Ownership, ownership

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.instance import Instance, Observed


class Sorted(Struct, frozen=True):
    """The instances by what they are to a manifest; what has no name of DVM's kind is left out."""

    managed: dict[str, Instance] = field(default_factory=dict)
    """Instances by VM that the manifest may change: its own, and those of `free`."""
    free: dict[str, str] = field(default_factory=dict)
    """Those of them whose manifest is gone, with its path; empty: the receipt names none."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """VMs that belong to another manifest, with its path."""
    bases: dict[str, Instance] = field(default_factory=dict)
    """Built bases, and what is left of one, by `base.NAME-KEY`, that the manifest may delete; see `free`."""
    unmanaged: list[str] = field(default_factory=list)
    """Instances without a receipt of DVM's."""

    def forget(self, *names: str) -> None:
        """Leave out what is there of these VMs: the parts of an instance that is being renamed."""
        for name in names:
            self.managed.pop(name, None)
            self.free.pop(name, None)
            if instance_name(name) in self.unmanaged:
                self.unmanaged.remove(instance_name(name))


def sort(observed: Observed, leftovers: frozenset[str], manifest: Path) -> Sorted:
    """Return the instances as they are to `manifest`, a path without links.

    `leftovers` are VMs of whose instance only a part is there, which need no receipt to be ours.
    """
    found = Sorted()
    for instance in observed.instances.values():
        base = base_name(instance.name) is not None
        name = instance.name.removeprefix(PREFIX) if base else vm_name(instance.name)
        if name is None or (instance.receipt is None and name not in leftovers):
            if instance.name.startswith(PREFIX):
                found.unmanaged.append(instance.name)
            continue
        whose = Ownership.OURS if instance.receipt is None else ownership(instance, manifest)
        path = str(instance.owner.path) if instance.owner is not None else ""
        if base:
            # Another manifest's base may be cloned, and is no business of this one otherwise.
            if whose is not Ownership.OTHERS:
                found.bases[name] = instance
                if whose.free:
                    found.free[name] = path
            continue
        if whose is Ownership.OTHERS:
            found.elsewhere[name] = path
            continue
        found.managed[name] = instance
        if whose.free:
            found.free[name] = path
    return found
