"""Which VMs and bases the files declare, and where: the shape of the manifest, before its values are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from dvm.diagnostics import Location
from dvm.manifest.layers import Layer, Layers
from dvm.manifest.mistakes import Document, KeyPlace, Mistakes, show
from dvm.manifest.paths import MANIFEST_FILE, VM_DIRECTORY, VM_FILE
from dvm.model.names import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READS_VERSION = 1
KEYS = ("version", "settings", "defaults", "base", "vm")


class Declaration(Struct, frozen=True):
    """A VM or a base as one file declares it, with what it inherits."""

    name: str
    layers: Layers
    kind: Literal["vm", "base"] = "vm"

    @property
    def own(self) -> Mapping[str, object]:
        """The keys that the file itself has."""
        return self.layers.own.body

    @property
    def place(self) -> KeyPlace:
        """Where the file declares it."""
        return self.layers.own.place

    @property
    def address(self) -> str:
        """`vm.NAME` or `base.NAME`, made safe to print: the name has not been looked at yet."""
        return show((self.kind, self.name))

    def place_of(self, *path: str | int) -> KeyPlace:
        """Return where the value at a key path of the whole is written."""
        return self.layers.place_of(path)


class Declarations(Struct, frozen=True):
    """What the files declare.

    `complete`: all of them are TOML, so what is not declared is not there. `defaults_known`: dvm.toml is.
    `names_known`: so it is, and no table of it or name in it may be another VM's, mistyped.
    """

    settings: Mapping[str, object]
    settings_place: KeyPlace
    defaults: Mapping[str, object]
    defaults_place: KeyPlace
    vms: list[Declaration] = field(default_factory=list)
    bases: list[Declaration] = field(default_factory=list)
    complete: bool = True
    defaults_known: bool = True
    names_known: bool = True


def declarations(documents: Sequence[Document], mistakes: Mistakes) -> Declarations:
    """Return what the files declare, dvm.toml being the first of them, and note what has the wrong shape."""
    first, *others = documents
    data = first.data or {}
    tables = data.get("vm", {})
    names = [*(tables if isinstance(tables, dict) else ()), *(str(document.prefix[-1]) for document in others)]
    if first.data is not None:
        _check_version(first, data, mistakes)
        _check_keys(first, data, mistakes)
    found = Declarations(
        settings=_table(first, data, "settings", mistakes),
        settings_place=KeyPlace(first, ("settings",)),
        defaults=_table(first, data, "defaults", mistakes),
        defaults_place=KeyPlace(first, ("defaults",)),
        complete=all(document.data is not None for document in documents),
        defaults_known=first.data is not None,
        names_known=first.data is not None
        and data.keys() <= set(KEYS)
        and isinstance(tables, dict)
        and all(map(is_name, names)),
    )

    defaults = Layer(found.defaults, found.defaults_place)

    def add(kind: Literal["vm", "base"], name: str, body: object, place: KeyPlace) -> None:
        if not isinstance(body, dict):
            what = "a VM" if kind == "vm" else "a base"
            mistakes.add(place, f"{place}: expected a table of {what}'s keys{_found(body)}", vm=show((kind, name)))
            body = {}
        base = name if kind == "base" else ""
        (found.bases if base else found.vms).append(Declaration(name, Layers(Layer(body, place, base), defaults), kind))

    for name, body in _table(first, data, "base", mistakes).items():
        add("base", name, body, KeyPlace(first, ("base", name)))
    for name, body in _table(first, data, "vm", mistakes).items():
        add("vm", name, body, KeyPlace(first, ("vm", name)))
    for document in others:
        add("vm", str(document.prefix[-1]), _body(document, mistakes), KeyPlace(document))
    return found


def _check_version(document: Document, data: Mapping[str, object], mistakes: Mistakes) -> None:
    version = data.get("version")
    if "version" not in data:
        start = Location(document.path, 1, 1)
        begin = f"Begin the file with: version = {READS_VERSION}"
        above = document.path.parent.parent.parent / MANIFEST_FILE
        if document.path.name == VM_FILE and document.path.parent.parent.name == VM_DIRECTORY:
            begin = f"This is the file of one VM; the manifest is {above}."
        mistakes.add(start, "version is missing", begin)
    elif type(version) is not int or version != READS_VERSION:
        what = f"version: this DVM reads version {READS_VERSION} of the manifest"
        newer = type(version) is int and version > READS_VERSION
        mistakes.add(
            KeyPlace(document, ("version",)),
            what if type(version) is int else what + _found(version),
            "A newer DVM reads this one." if newer else f"Write: version = {READS_VERSION}",
        )


def _check_keys(document: Document, data: Mapping[str, object], mistakes: Mistakes) -> None:
    unknown = [key for key in data if key not in KEYS]
    for number, key in enumerate(unknown):
        from dvm.manifest.bodies import MOST_MISTAKES, keys_of
        from dvm.manifest.wording import unknown_key
        from dvm.model.vm import VM

        place = KeyPlace(document, (key,), "key")
        if number == MOST_MISTAKES:
            mistakes.add(place, f"{len(unknown) - number} more unknown keys, from here on, which are not listed")
            return
        summary, detail = unknown_key(str(place), key, KEYS)
        if key in keys_of(VM):
            detail = "It belongs in [vm.NAME], or into [defaults] for all VMs."
        elif isinstance(data[key], dict) and is_name(key) and not detail:
            detail = f"A VM is declared as [vm.{key}]."
        mistakes.add(place, summary, detail)


def _table(document: Document, data: Mapping[str, object], key: str, mistakes: Mistakes) -> Mapping[str, object]:
    value = data.get(key, {})
    if isinstance(value, dict):
        return value
    from dvm.manifest.wording import expected_table

    mistakes.add(KeyPlace(document, (key,)), f"{key}: expected {expected_table(key)}{_found(value)}")
    return {}


def _body(document: Document, mistakes: Mistakes) -> dict[str, object]:
    """Return the keys of a vm.toml, without those that show that it was taken for a dvm.toml."""
    body = dict(document.data or {})
    for key in KEYS:
        if key in body and not (key == "base" and not isinstance(body[key], dict)):
            place = KeyPlace(document, (key,), "key")
            header = f"[{show(document.prefix)}]"
            detail = f"A vm.toml is the body of {header}: its keys stand at the top, without a header."
            mistakes.add(place, f"{key} does not belong in a vm.toml", detail)
            del body[key]
    return body


def _found(value: object) -> str:
    from dvm.manifest.wording import found

    return found(value)
