"""A VM that no file declares: what `dvm run` asks for, put among the declarations and read like one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import UnknownVMError, UsageError
from dvm.manifest.declarations import Declaration
from dvm.manifest.layers import Layer, Layers
from dvm.manifest.mistakes import KeyPlace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.manifest.declarations import Declarations
    from dvm.manifest.mistakes import Document

_ONE_SESSION = {"running": True, "protect": False, "depends_on": [], "reach": [], "ports": []}
"""What a VM for one session is, whatever the defaults or another VM say."""


class Throwaway(Struct, frozen=True):
    """What is asked for: the name, and a base or a declared VM to be like; neither: the defaults alone.

    `keys` are keys of a VM that win over those.
    """

    name: str
    base: str | None = None
    like: str | None = None
    keys: Mapping[str, object] = {}


def declaration_of(asked: Throwaway, declared: Declarations, documents: Sequence[Document]) -> Declaration:
    """Return it as a declaration; its relative paths are those of the VM that it is like, else of dvm.toml.

    Raises:
        UsageError: there is no such base. UnknownVMError: there is no such VM.
    """
    first = documents[0]
    bases = {each.name for each in declared.bases}
    vms = {each.name: each for each in declared.vms}
    if asked.name in vms:
        raise UsageError(f"vm.{asked.name} is declared.", remedy="Give another --name.")
    if asked.base is not None and asked.base not in bases:
        known = f"There are {', '.join(sorted(bases))}." if bases else "The manifest declares none."
        raise UsageError(f'There is no base "{asked.base}".', detail=known, remedy="Declare it as [base.NAME].")
    own, place = dict[str, object](), KeyPlace(first, ("vm", asked.name))
    if asked.like is not None:
        if asked.like not in vms:
            raise UnknownVMError(asked.like, vms, place=first.path.name)
        own, place = dict(vms[asked.like].own), vms[asked.like].place
    elif asked.base is not None:
        own = {"base": asked.base}
    body = {**own, **_ONE_SESSION, **asked.keys}
    return Declaration(asked.name, Layers(Layer(body, place), Layer(declared.defaults, declared.defaults_place)))
