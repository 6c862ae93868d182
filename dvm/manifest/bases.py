"""Which bases a VM or a base is built on, and what may be in a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.manifest.layers import JOINED, Layer, Layers
from dvm.manifest.mistakes import show
from dvm.model.graph import cycles
from dvm.model.names import is_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.manifest.declarations import Declaration, Declarations
    from dvm.manifest.mistakes import Mistakes

_ONE_VM = "It belongs to one VM: write it in [vm.NAME]."
REFUSED = {
    "running": "A base is built, stopped, and never started again. " + _ONE_VM,
    "protect": "A base is a cache: a VM that was cloned from it does not need it. " + _ONE_VM,
    "depends_on": "A base is built by itself. " + _ONE_VM,
    "ports": "Two VMs of one base can't have the same host port. " + _ONE_VM,
    "reach": "A base reaches no other VM. " + _ONE_VM,
}
"""Keys of a VM that a base does not have, and why."""


def inherit(declared: Declarations, mistakes: Mistakes) -> tuple[list[Declaration], list[Declaration]]:
    """Return VMs and bases with the tables of their bases under their own, and note bases that can't be had."""
    bases: dict[str, Declaration] = {}
    for each in declared.bases:
        bases.setdefault(each.name, _as_base(each, mistakes))
    needs = {name: {base} for name, each in bases.items() if (base := base_of(each)) in bases}
    for cycle in cycles({name: needs.get(name, set()) for name in bases}):
        circle = " -> ".join(show(("base", name)) for name in cycle)
        where = bases[cycle[0]].place_of("base")
        mistakes.add(where, f"{where}: {circle} is a circle", "Each would be built on the next.")
        for name in cycle:
            mistakes.blame(bases[name].address)
    if declared.defaults_known:
        for each in (*bases.values(), *declared.vms):
            _demand_known(each, bases, mistakes)
    return [_inherit(each, bases) for each in declared.vms], [_inherit(each, bases) for each in bases.values()]


def base_of(declaration: Declaration) -> str | None:
    """Return the name of the base that a declaration names; None: none, or no name at all."""
    layers = declaration.layers
    named = layers.own.body.get("base", layers.defaults.body.get("base"))
    return named if isinstance(named, str) and named else None


def chain_of(declaration: Declaration, bases: Mapping[str, Declaration]) -> list[str]:
    """Return the names of the bases of a declaration, its own one first; each once, where they go in a circle."""
    found: list[str] = []
    name = base_of(declaration)
    while (
        name is not None
        and name in bases
        and name not in found
        and not (declaration.kind == "base" and name == declaration.name)
    ):
        found.append(name)
        name = base_of(bases[name])
    return found


def _as_base(declaration: Declaration, mistakes: Mistakes) -> Declaration:
    """Return a base without the keys that a base does not have, be they its own or the defaults'."""
    own, defaults = declaration.layers.own, declaration.layers.defaults
    for key in REFUSED.keys() & own.body.keys():
        where = own.place.under(key, at="key")
        mistakes.add(where, f"{where}: a base has no such key", REFUSED[key], vm=declaration.address)

    def kept(layer: Layer, *more: str) -> Layer:
        body = {key: value for key, value in layer.body.items() if key not in {*REFUSED, *more}}
        return Layer(body, layer.place, layer.base)

    # A base's scripts are those that bases list. Scripts of the defaults are a VM's own, as is a base that they name.
    return replace(declaration, layers=Layers(kept(own), kept(defaults, "base", *JOINED)))


def _inherit(declaration: Declaration, bases: Mapping[str, Declaration]) -> Declaration:
    below = tuple(bases[name].layers.own for name in reversed(chain_of(declaration, bases)))
    layers = declaration.layers
    return replace(declaration, layers=Layers(layers.own, layers.defaults, below))


def _demand_known(declaration: Declaration, bases: Mapping[str, Declaration], mistakes: Mistakes) -> None:
    name = base_of(declaration)
    if name is None or name in bases:
        return
    where = declaration.place_of("base")
    # What is no name might be a secret.
    summary, detail = f"{where}: there is no base of that name", ""
    if is_name(name):
        from dvm.manifest.wording import nearest

        summary = f"{where}: there is no base {name}"
        meant = nearest(name, bases.keys() - {declaration.name})
        detail = f'Did you mean "{visible(meant)}"?' if meant else f"A base is declared as [{show(('base', name))}]."
    mistakes.add(where, summary, detail, vm=declaration.address)
