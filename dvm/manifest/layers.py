"""What a declaration inherits: its own keys, those of its bases, and the defaults, as one table.

The own keys win over those of its base, these over the base's base, and so on; the defaults come last. A few keys are
put together along the bases instead: `JOINED` lists and `MERGED` tables. The defaults have no part in that: what they
say of such a key counts only where neither the declaration nor a base has the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.manifest.mistakes import KeyPlace
    from dvm.model.key_path import KeyPath

JOINED = frozenset({"setup", "setup_egress"})
"""Lists that are joined along the bases: the lowest base's entries first, the declaration's own last."""
MERGED = frozenset({"env"})
"""Tables that are merged along the bases: an entry of the declaration's own wins."""
NOT_INHERITED = frozenset({"base", "image"})
"""Keys that say something of one declaration alone."""


class Layer(Struct, frozen=True, eq=False):
    """One table of the manifest and where it is. `base`: the name of the base whose table it is, else empty."""

    body: Mapping[str, object]
    place: KeyPlace
    base: str = ""


class Layers(Struct, frozen=True, eq=False):
    """The tables that a declaration is made of. `bases` are in order of inheritance, the lowest one first."""

    own: Layer
    defaults: Layer
    bases: tuple[Layer, ...] = ()

    def body(self) -> dict[str, object]:
        """Return the keys as one table. A base's value that is no list or table where one is joined is left out."""
        body: dict[str, object] = {}
        for layer in (self.defaults, *self.bases, self.own):
            body.update({key: value for key, value in layer.body.items() if self._counts(layer, key)})
        for key in JOINED & body.keys():
            values = [layer.body[key] for layer in self._with(key)]
            if all(isinstance(value, list) for value in values):
                body[key] = [entry for value in values if isinstance(value, list) for entry in value]
        for key in MERGED & body.keys():
            tables = [layer.body[key] for layer in self._with(key)]
            if all(isinstance(table, dict) for table in tables):
                body[key] = {name: each for table in tables if isinstance(table, dict) for name, each in table.items()}
        return body

    def inherited(self) -> frozenset[str]:
        """Return the keys that only the defaults or a base have."""
        keys = {key for layer in (self.defaults, *self.bases) for key in layer.body if self._counts(layer, key)}
        return frozenset(keys - self.own.body.keys())

    def origin(self, path: KeyPath) -> tuple[Layer, KeyPath]:
        """Return the table that what is at `path` comes from, and where it is there."""
        key = str(path[0])
        among = self._with(key)
        if not among:
            return self.defaults, path
        if key in JOINED and len(path) > 1 and isinstance(path[1], int):
            at = path[1]
            for layer in among:
                count = _length(layer.body[key])
                if at < count:
                    return layer, (key, at, *path[2:])
                at -= count
        if key in MERGED and len(path) > 1:
            for layer in reversed(among):
                table = layer.body[key]
                if isinstance(table, dict) and path[1] in table:
                    return layer, path
        return among[-1], path

    def seen(self, layer: Layer, path: KeyPath) -> KeyPath | None:
        """Return where the whole has what is at `path` of one table; None: another table's value is there."""
        if len(path) == 1 or not isinstance(path[1], int) or path[0] not in JOINED:
            return path if self.origin(path)[0] is layer else None
        among = self._with(str(path[0]))
        if not any(each is layer for each in among):
            return None
        before = 0
        for each in among:
            if each is layer:
                break
            before += _length(each.body[str(path[0])])
        return (path[0], path[1] + before, *path[2:])

    def place_of(self, path: KeyPath) -> KeyPlace:
        """Return where the value at `path` of the whole is written."""
        layer, there = self.origin(path)
        return layer.place.under(*there)

    def all(self) -> Iterator[Layer]:
        """Yield every table, the defaults first and the own one last."""
        yield self.defaults
        yield from self.bases
        yield self.own

    def _with(self, key: str) -> list[Layer]:
        """Return the tables whose value of a key counts, in order of inheritance."""
        layers = [layer for layer in (*self.bases, self.own) if key in layer.body and self._counts(layer, key)]
        if layers and key not in JOINED | MERGED:
            return layers[-1:]
        return layers or ([self.defaults] if key in self.defaults.body else [])

    def _counts(self, layer: Layer, key: str) -> bool:
        if not layer.base or layer is self.own:
            return True
        # What a base has wrong is noted with the base.
        wrong = (key in JOINED and not isinstance(layer.body[key], list)) or (
            key in MERGED and not isinstance(layer.body[key], dict)
        )
        return key not in NOT_INHERITED and not wrong


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0
