"""Mistakes pile up here while the manifest is read; at the end each gets its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.errors import UnreadableFileError
    from dvm.model.key_path import KeyPath


class Document(Struct, frozen=True):
    """A TOML file of the manifest. `text` has no byte order mark; `data` is None where the text is not TOML.

    `prefix` is where its content belongs in the manifest: nothing for dvm.toml, `vm`, NAME for a vm.toml.
    """

    path: Path
    text: str
    data: Mapping[str, object] | None
    prefix: KeyPath = ()


class KeyPlace(Struct, frozen=True):
    """A key in a document, or its value. `path` is relative to the document; empty: the file itself."""

    document: Document
    path: KeyPath = ()
    at: Literal["key", "value"] = "value"

    def under(self, *more: str | int, at: Literal["key", "value"] = "value") -> KeyPlace:
        """Return a place further down."""
        return KeyPlace(self.document, (*self.path, *more), at)

    def __str__(self) -> str:
        """The key as a reader of the manifest would write it: `vm.app.setup[1].run`."""
        return show((*self.document.prefix, *self.path))


class Mistakes(Struct):
    """The diagnostics so far, each once however many VMs have it from the defaults."""

    _at: list[tuple[KeyPlace | Location, str, str, str | None]] = field(default_factory=list)
    _seen: set[tuple[object, ...]] = field(default_factory=set)
    refused: UnreadableFileError | None = None
    blamed: set[str] = field(default_factory=set)
    """The addresses of all that a mistake is about, also where several have the same one from a base."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._at)

    def add(self, place: KeyPlace | Location, summary: str, detail: str = "", *, vm: str | None = None) -> None:
        """Note a mistake at a place, unless it has been noted. `vm` is the address it is about."""
        if vm is not None:
            self.blamed.add(vm)
        identity = (place.document.path, place.path, summary) if isinstance(place, KeyPlace) else (place, summary)
        if identity not in self._seen:
            self._seen.add(identity)
            self._at.append((place, summary, detail, vm))

    def refuse(self, error: UnreadableFileError) -> None:
        """Note that the file of one VM must not be read; the first of such is what a plan is refused for."""
        self.refused = self.refused or error

    def blame(self, address: str) -> None:
        """Note that a mistake that has its place elsewhere is about this one too."""
        self.blamed.add(address)

    def diagnostics(self, order: list[Path]) -> list[Diagnostic]:
        """Return them by file (as in `order`), line and column."""
        found = [
            Diagnostic(
                Severity.ERROR, summary, detail, location_of(place) if isinstance(place, KeyPlace) else place, vm
            )
            for place, summary, detail, vm in self._at
        ]
        rank = {path: number for number, path in enumerate(order)}

        def key(diagnostic: Diagnostic) -> tuple[int, int, int]:
            where = diagnostic.location
            return (rank.get(where.path, -1), where.line or 0, where.column or 0) if where else (-1, 0, 0)

        return sorted(found, key=key)


def location_of(place: KeyPlace) -> Location:
    """Return file, line and column of a place; of what is around it, where that is all that can be found."""
    if not place.path:
        return Location(place.document.path)
    # tree-sitter costs 10 ms and more, and a manifest without mistakes has no need of it.
    from dvm.manifest.positions import positions_of

    line_and_column = positions_of(place.document.text).nearest(place.path, place.at)
    return Location(place.document.path, *(line_and_column or ()))


def show(path: KeyPath) -> str:
    """Return a key path as a reader would write it, with quotes where TOML needs them."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            bare = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
            shown += ("." if shown else "") + (part if bare else f'"{visible(part)}"')
    return shown
