"""The bodies of VMs, of bases and of `[settings]`: raw TOML in, models out, and every mistake noted.

What has mistakes is read all the same, without the parts that are wrong: the rest of the manifest is looked at in the
same go, and commands about VMs that exist can go on with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from dvm.manifest.bases import REFUSED
from dvm.manifest.layers import JOINED
from dvm.manifest.read import Read
from dvm.manifest.wording import explain
from dvm.model.contradictions import contradictions
from dvm.model.settings import Settings
from dvm.model.timeouts import Timeouts
from dvm.model.vm import AS_FAR_AS_IT_GOES, VM, Base, SetupEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import KeyPlace, Mistakes
    from dvm.model.fields import Declared
    from dvm.model.key_path import KeyPath

_ModelT = TypeVar("_ModelT", bound="Declared")
_EachT = TypeVar("_EachT")


# Of one table: a reader fixes no more at once, and each costs a search for the nearest right name.
MOST_MISTAKES = 200


def keys_of(model: type[Declared]) -> list[str]:
    """Return the keys of a table, as files write them."""
    return [about.alias or name for name, about in model.model_fields.items()]


def read_body(model: type[_ModelT], body: Mapping[str, object]) -> Read[_ModelT]:
    """Return a table as far as it can be read, with every mistake in it; whether keys go together is not looked at."""
    rest = {key: [*value] if isinstance(value, list) else value for key, value in body.items()}
    indexes = {key: [*range(len(value))] for key, value in rest.items() if isinstance(value, list)}
    errors: list[ErrorDetails] = []
    while True:
        try:
            return Read(model.model_validate(rest, context=AS_FAR_AS_IT_GOES), body, errors, indexes)
        except ValidationError as error:
            found = error.errors(include_url=False)
        errors = errors or found
        for path, below in _last_first(found):
            _drop(rest, path, below, indexes)


def check_settings(body: Mapping[str, object], place: KeyPlace, mistakes: Mistakes) -> Read[Settings]:
    """Return the settings as far as they can be read, and note every mistake in them."""
    found = read_body(Settings, body)
    for error in _first(found.errors, place, mistakes):
        _note(error, error["loc"], place, mistakes, keys_of(Timeouts if len(error["loc"]) > 1 else Settings))
    return found


def check_declaration(declaration: Declaration, mistakes: Mistakes, *, defaults_known: bool) -> Read[Any]:
    """Return the VM (or base) with what it inherits under its own keys, and note every mistake in it.

    What is wrong in its bases or in the defaults alone has been noted with them; keys that do not go together are noted
    where the key stands that is to blame, unless it cannot be known what the defaults say.
    """
    model: type[VM] = VM if declaration.kind == "vm" else Base
    layers = declaration.layers
    found = read_body(model, layers.body())
    address = declaration.address
    origins = [(error, *layers.origin(error["loc"])) for error in found.errors]
    own = [(error, path) for error, layer, path in origins if layer is layers.own]
    known = [key for key in keys_of(model) if declaration.kind == "vm" or key not in REFUSED]
    for error, path in _first(own, declaration.place, mistakes):
        _note(error, path, declaration.place, mistakes, known, address)
    for each in contradictions(found.value) if defaults_known else ():
        key, *entry = each.path
        if entry:
            entry[0] = found.index(str(key), int(entry[0]))
        # Two files may name two scripts by the same path (that one file is listed twice shows when it is read), and a
        # base may list a name that the VM lists too. What is wrong within a base's entry is noted with the base.
        joined = len({id(layers.origin((key, at))[0]) for at in found.indexes.get(str(key), ()) if key in JOINED}) > 1
        elsewhere = layers.origin((key, *entry))[0] is not layers.own if len(entry) > 1 else joined
        if not each.keys & found.wrong and not elsewhere:
            where = declaration.place_of(key, *entry)
            mistakes.add(where, f"{where}: {each.message}", vm=address)
    return found


def check_defaults(defaults: Mapping[str, object], place: KeyPlace, mistakes: Mistakes) -> Read[VM]:
    """Return the defaults, and note what is wrong in them; whether they go together shows only in a VM."""
    found = read_body(VM, defaults)
    for error in _first(found.errors, place, mistakes):
        _note(error, error["loc"], place, mistakes, keys_of(VM))
    return found


def _first(errors: list[_EachT], place: KeyPlace, mistakes: Mistakes) -> list[_EachT]:
    """Return the mistakes of a table that are noted one by one, and note how many more there are."""
    more = len(errors) - MOST_MISTAKES
    if more > 0:
        mistakes.add(place, f"{place}: {more} more mistakes, which are not listed")
    return errors[:MOST_MISTAKES]


def _note(
    error: ErrorDetails, path: KeyPath, place: KeyPlace, mistakes: Mistakes, known: Iterable[str], vm: str | None = None
) -> None:
    """Note what pydantic found, at `path` below `place`."""
    kind = error["type"]
    # pydantic marks a key of a table that is wrong by itself.
    named = path[-1] == "[key]"
    path = path[:-1] if named else path
    where = place.under(*path, at="key" if named or kind == "extra_forbidden" else "value")
    in_entry = path[0] == "setup" and len(path) > 2  # noqa: PLR2004 - setup, index, key
    summary, detail = explain(error, str(where), keys_of(SetupEntry) if in_entry else known)
    mistakes.add(where, summary, detail, vm=vm)


def _last_first(errors: list[ErrorDetails]) -> list[tuple[KeyPath, list[KeyPath]]]:
    """Return the keys, and the entries of lists, that have mistakes, each with the places of all of its own.

    Entries of a list go from its end, so that the others keep their place until then.
    """
    found: dict[KeyPath, list[KeyPath]] = {}
    for error in errors:
        depth = 2 if len(error["loc"]) > 1 and isinstance(error["loc"][1], int) else 1
        found.setdefault(error["loc"][:depth], []).append(error["loc"][depth:])
    return sorted(found.items(), key=lambda each: [(str(type(part)), part) for part in each[0]], reverse=True)


def _drop(body: dict[str, Any], path: KeyPath, below: list[KeyPath], indexes: dict[str, list[int]]) -> None:
    """Take what is wrong out of the body of a table: keys of what is at `path`, or all of it where that is no table."""
    key = str(path[0])
    holder: Any = body
    at: Any = key
    if len(path) > 1 and isinstance(body[key], list):
        holder, at = body[key], path[1]
    rest: object = holder[at]
    for each in below:
        rest = _without(rest, each)
    if rest is not None:
        holder[at] = rest
        return
    del holder[at]
    if holder is not body:
        del indexes[key][at]


def _without(value: object, path: Sequence[str | int]) -> object:
    """Return a table without the key that is wrong; None: it is no table, or has none such."""
    if isinstance(value, dict) and path and path[0] in value:
        return {key: each for key, each in value.items() if key != path[0]}
    return None
