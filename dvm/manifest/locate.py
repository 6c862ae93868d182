"""Where something is in a manifest that has no mistakes, for the checks and views that ask later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from dvm.diagnostics import Location
from dvm.files import read_evidence
from dvm.manifest.mistakes import KeyPlace, location_of, show
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE
from dvm.model.evidence import Role

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.manifest.declarations import Declaration
    from dvm.model.key_path import KeyPath


class LazyLocations(Mapping[str, Location]):
    """The places of a VM's keys as a reader writes them: `cpus`, `setup[1]`, `setup[1].run`; empty: the VM.

    They are looked for at the first question, in the bytes that the manifest was read from, so that a plan
    without anything to complain about pays nothing. What is inherited has its place in the base or the defaults.
    """

    __slots__ = ("_declaration", "_places")

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration
        self._places: dict[str, KeyPlace] | None = None

    def __getitem__(self, key: str) -> Location:
        """Return the location of a key, or raise KeyError."""
        return location_of(self._all()[key])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys that have a place."""
        return iter(self._all())

    def __len__(self) -> int:
        """Return how many keys have a place."""
        return len(self._all())

    def _all(self) -> dict[str, KeyPlace]:
        if self._places is None:
            layers = self._declaration.layers
            self._places = {"": layers.own.place}
            for layer in layers.all():
                for path in _below(layer.place):
                    if path[0] in layer.body and (seen := layers.seen(layer, path)) is not None:
                        self._places[show(seen)] = layer.place.under(*path)
        return self._places


def _below(place: KeyPlace) -> list[KeyPath]:
    from dvm.manifest.positions import positions_of

    depth = len(place.path)
    paths = positions_of(place.document.text).paths()
    return [path[depth:] for path in paths if path[:depth] == place.path and len(path) > depth]


def locate(manifest: Path, key_path: KeyPath, at: Literal["key", "value"] = "value") -> Location | None:
    """Return where `("vm", "app", "setup", 1)` or the like stands: in dvm.toml, a vm.toml or the defaults.

    What a VM has from a base is found by a key path of the base.

    Reads the files again: this is for people to look at, and nothing may be decided by it. None where there
    is no such place, or a file cannot be read.
    """
    from dvm.manifest.positions import positions_of

    for file, path in _candidates(manifest, key_path):
        content = read_evidence(file, Role.MANIFEST).content
        if content is None:
            continue
        if not path:
            return Location(file)
        positions = positions_of(content.decode("utf-8", "replace").removeprefix("\ufeff"))
        if positions.key(path) or positions.value(path):
            return Location(file, *(positions.nearest(path, at) or ()))
    return None


def _candidates(manifest: Path, key_path: KeyPath) -> Iterator[tuple[Path, KeyPath]]:
    yield manifest, key_path
    match key_path:
        case ("vm", str(name), *rest):
            yield manifest.parent / VM_DIRECTORY / name / VM_FILE, tuple(rest)
            if rest:
                yield manifest, ("defaults", *rest)
        case ("base", str(), *rest) if rest:
            yield manifest, ("defaults", *rest)
        case _:
            return
