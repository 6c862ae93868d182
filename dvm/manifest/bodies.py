"""The bodies of VMs and of `[settings]`: raw TOML in, tables out, or mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import fields

from dvm.model.table import Table, read
from dvm.model.vm import VM, SetupEntry, contradictions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import Mistakes, Place
    from dvm.model.table import TableT
    from dvm.model.vm import KeyPath

VM_KEYS = VM.__struct_encode_fields__
_ENTRY_KEYS = SetupEntry.__struct_encode_fields__


def check_table(table: type[TableT], body: Mapping[str, object], place: Place, mistakes: Mistakes) -> TableT | None:
    """Return the table, or note every mistake in it."""
    try:
        return read(table, body)
    except ValueError as error:
        doubt = error
    from dvm.manifest.models import mistakes_in

    within = {each.encode_name: each.type for each in fields(table)}
    for each in mistakes_in(table, body):
        inner = within.get(str(each["loc"][0])) if len(each["loc"]) > 1 else None
        known = inner if isinstance(inner, type) and issubclass(inner, Table) else table
        _note(each, place, mistakes, known.__struct_encode_fields__)
    _doubt(doubt, place, mistakes)
    return None


def check_vm(declaration: Declaration, mistakes: Mistakes, *, defaults_known: bool) -> VM | None:
    """Return the VM with the defaults under its own keys, or note every mistake in it.

    What is wrong in the defaults alone has been noted with them; keys that do not go together are noted where
    the key stands that is to blame, unless it cannot be known what the defaults say.
    """
    merged = {**declaration.defaults, **declaration.own}
    vm = declaration.address
    try:
        return read(VM, merged)
    except ValueError as error:
        doubt = error
    for each in _mistakes(merged):
        if each["loc"][0] in declaration.own:
            _note(each, declaration.place, mistakes, VM_KEYS, vm)
    for path, message in contradictions(merged) if defaults_known else ():
        where = declaration.place_of(str(path[0])).under(*path[1:])
        mistakes.add(where, f"{where}: {message}", vm=vm)
    _doubt(doubt, declaration.place, mistakes, vm)
    return None


def check_defaults(defaults: Mapping[str, object], place: Place, mistakes: Mistakes) -> None:
    """Note what is wrong in the defaults by themselves; whether they go together shows only in a VM."""
    try:
        read(VM, defaults)
    except ValueError:
        for each in _mistakes(defaults):
            _note(each, place, mistakes, VM_KEYS)


def _mistakes(body: Mapping[str, object]) -> list[ErrorDetails]:
    from dvm.manifest.models import mistakes_in

    return mistakes_in(VM, body)


def _doubt(error: ValueError, place: Place, mistakes: Mistakes, vm: str | None = None) -> None:
    # What is not read must never pass for what is not declared, should the two readers ever disagree.
    if not mistakes:
        mistakes.add(place, f"{place}: some of its keys can't be read", str(error), vm=vm)


def _note(error: ErrorDetails, place: Place, mistakes: Mistakes, known: Iterable[str], vm: str | None = None) -> None:
    from dvm.manifest.wording import explain

    path: KeyPath = error["loc"]
    kind = error["type"]
    where = place.under(*path, at="key" if kind == "extra_forbidden" else "value")
    in_entry = path[0] == "setup" and len(path) > 2  # noqa: PLR2004 - setup, index, key
    summary, detail = explain(error, str(where), _ENTRY_KEYS if in_entry else known)
    mistakes.add(where, summary, detail, vm=vm)
