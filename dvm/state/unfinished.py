"""What earlier commands wrote down before they acted, and did not end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.names import PREFIX, base_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.archive import KeptWork
    from dvm.model.instance import Instance, Observed
    from dvm.state.directory import StateDirectory
    from dvm.state.renames import Renaming


class Unfinished(Struct, frozen=True):
    """The notes of one manifest's VMs under one LIMA_HOME."""

    marks: Mapping[str, str] = field(default_factory=dict)
    """Those of creates that have begun and have no receipt, by VM (`dvm.state.marks`)."""
    leftovers: frozenset[str] = frozenset()
    """The VMs of whose instance a cut-off create or delete left only a part (`dvm.state.leftovers`)."""
    kept: Mapping[str, KeptWork] = field(default_factory=dict)
    """The work of VMs whose replacement has begun, by VM (`dvm.state.kept_work`)."""
    renames: Mapping[str, Renaming] = field(default_factory=dict)
    """Those that `dvm mv` began, by the new name (`dvm.state.renames`)."""
    ephemerals: frozenset[str] = frozenset()
    """Throwaway VMs that have begun and may not be gone (`dvm.state.ephemeral`)."""


def midway(observed: Observed, unfinished: Unfinished) -> frozenset[str]:
    """Return the built bases that another DVM's limactl is making at this moment: a mark is written, none is shown.

    A little later they show it. What a cut-off create left is among the leftovers.
    """
    return frozenset(
        name
        for name, instance in observed.instances.items()
        if instance.receipt is None
        and not instance.message
        and base_name(name) is not None
        and name.removeprefix(PREFIX) in unfinished.marks.keys() - unfinished.leftovers
    )


def read_unfinished(state: StateDirectory, home: Home, manifest: Path, instances: Mapping[str, Instance]) -> Unfinished:
    """Return what has not ended of the VMs of `manifest` (a path without links); `instances` are those there are."""
    from dvm.state.ephemeral import read_ephemeral
    from dvm.state.kept_work import read_kept_work
    from dvm.state.leftovers import read_leftovers
    from dvm.state.marks import read_marks

    marks = read_marks(state, home.path, manifest)
    renames: Mapping[str, Renaming] = {}
    # There is hardly ever one.
    if any(state.path.glob("*/renaming.json")):
        from dvm.state.renames import read_renames

        renames = read_renames(state, home, manifest)
    return Unfinished(
        marks,
        read_leftovers(state, home, instances, marks, manifest),
        read_kept_work(state, home.path, manifest),
        renames,
        read_ephemeral(state, home.path, manifest),
    )
