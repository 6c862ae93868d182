"""The bodies of VMs and of `[settings]`: raw TOML in, models out, or mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from dvm.model.base import Frozen
from dvm.model.vm import VM, SetupEntry, contradictions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import Mistakes, Place
    from dvm.model.vm import KeyPath

ModelT = TypeVar("ModelT", bound=Frozen)
VM_KEYS = tuple(VM.model_fields)
_ENTRY_KEYS = tuple(field.alias or name for name, field in SetupEntry.model_fields.items())


def check_table(model: type[ModelT], body: Mapping[str, object], place: Place, mistakes: Mistakes) -> ModelT | None:
    """Return the table as its model, or note every mistake in it."""
    try:
        return model.model_validate(body, by_alias=True, by_name=False)
    except ValidationError as error:
        for each in _errors(error):
            inside = model.model_fields.get(str(each["loc"][0])) if len(each["loc"]) > 1 else None
            table = inside.annotation if inside else None
            known = table if isinstance(table, type) and issubclass(table, Frozen) else model
            _note(each, place, mistakes, tuple(known.model_fields))
        return None


def check_vm(declaration: Declaration, mistakes: Mistakes, *, defaults_known: bool) -> VM | None:
    """Return the VM with the defaults under its own keys, or note every mistake in it.

    What is wrong in the defaults alone has been noted with them; keys that do not go together are noted where
    the key stands that is to blame, unless it cannot be known what the defaults say.
    """
    merged = {**declaration.defaults, **declaration.own}
    vm = declaration.address
    try:
        return VM.model_validate(merged, by_alias=True, by_name=False)
    except ValidationError as error:
        for each in _errors(error):
            if each["loc"][0] in declaration.own:
                _note(each, declaration.place, mistakes, VM_KEYS, vm)
    for path, message in contradictions(merged) if defaults_known else ():
        where = declaration.place_of(str(path[0])).under(*path[1:])
        mistakes.add(where, f"{where}: {message}", vm=vm)
    if not mistakes:  # a VM that is not built must never pass for one that is not declared
        mistakes.add(declaration.place, f"{declaration.place}: some of its keys do not go together", vm=vm)
    return None


def check_defaults(defaults: Mapping[str, object], place: Place, mistakes: Mistakes) -> None:
    """Note what is wrong in the defaults by themselves; whether they go together shows only in a VM."""
    try:
        VM.model_validate(defaults, by_alias=True, by_name=False)
    except ValidationError as error:
        for each in _errors(error):
            _note(each, place, mistakes, VM_KEYS)


def _errors(error: ValidationError) -> Iterable[ErrorDetails]:
    # A mistake without a place is a contradiction, which pydantic meets only where all else is right.
    return (each for each in error.errors(include_url=False) if each["loc"])


def _note(error: ErrorDetails, place: Place, mistakes: Mistakes, known: Iterable[str], vm: str | None = None) -> None:
    from dvm.manifest.wording import explain

    path: KeyPath = error["loc"]
    kind = error["type"]
    where = place.under(*path, at="key" if kind == "extra_forbidden" else "value")
    in_entry = path[0] == "setup" and len(path) > 2  # noqa: PLR2004 - setup, index, key
    summary, detail = explain(error, str(where), _ENTRY_KEYS if in_entry else known)
    mistakes.add(where, summary, detail, vm=vm)
