"""The tables of a manifest: those that were kept from before as they are, the others as pydantic reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dvm.manifest.kept import KeptTables
from dvm.manifest.read import Read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import KeyPlace, Mistakes
    from dvm.model.settings import Settings
    from dvm.model.vm import VM


class TableReader(Struct):
    """Reads the tables of one manifest, and notes every mistake in them."""

    mistakes: Mistakes
    kept: KeptTables = field(default_factory=KeptTables)

    def settings(self, body: Mapping[str, object], place: KeyPlace) -> Settings:
        """Return the settings, as far as they can be read."""
        known: Settings | None = self.kept.get("settings", body)
        if known is not None:
            return known
        from dvm.manifest.bodies import check_settings

        found = check_settings(body, place, self.mistakes)
        self._keep("settings", body, found)
        return found.value

    def defaults(self, body: Mapping[str, object], place: KeyPlace) -> Read[VM]:
        """Return the defaults, as far as they can be read."""
        known: VM | None = self.kept.get("defaults", body)
        if known is not None:
            return Read(known, body)
        from dvm.manifest.bodies import check_defaults

        found = check_defaults(body, place, self.mistakes)
        self._keep("defaults", body, found)
        return found

    def declaration(self, declaration: Declaration, *, defaults_known: bool) -> Read[Any]:
        """Return a VM or a base with what it inherits, as far as it can be read."""
        body = declaration.layers.body()
        known: VM | None = self.kept.get(declaration.kind, body)
        if known is not None:
            return Read(known, body)
        from dvm.manifest.bodies import check_declaration
        from dvm.model.contradictions import contradictions

        found = check_declaration(declaration, self.mistakes, defaults_known=defaults_known)
        # Whether keys that do not go together are a mistake depends on the tables that they come from.
        if not any(contradictions(found.value)):
            self._keep(declaration.kind, body, found)
        return found

    def _keep(self, kind: str, body: Mapping[str, object], found: Read[Any]) -> None:
        if not found.errors:
            self.kept.add(kind, body, found.value)
