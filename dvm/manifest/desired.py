"""From the declarations, once they are read, to the desired VMs and bases with their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dvm.manifest.bases import base_of
from dvm.manifest.locate import LazyLocations
from dvm.manifest.scripts import read_files
from dvm.model.file_names import script_key
from dvm.model.manifest import Companion, DesiredBase, DesiredVM, Script

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import Mistakes
    from dvm.manifest.read import Read
    from dvm.manifest.scripts import FileReader
    from dvm.model.vm import VM, Base


class Maker(Struct):
    """Makes each base once, however many VMs have it. `directory` is the manifest's, without links."""

    reader: FileReader
    mistakes: Mistakes
    cores: int
    directory: Path
    bases: Mapping[str, tuple[Declaration, Read[Base]]]
    _made: dict[str, DesiredBase | None] = field(default_factory=dict)

    def vm(self, declaration: Declaration, body: Read[VM]) -> DesiredVM:
        """Return a VM with its base, its scripts and its template as they are read."""
        return DesiredVM(**self._parts(declaration, body), base=self.base(base_of(declaration)))

    def base(self, name: str | None) -> DesiredBase | None:
        """Return a base; None: there is none of that name, or it is built on itself."""
        if name is None or name not in self.bases:
            return None
        if name not in self._made:
            self._made[name] = None
            declaration, body = self.bases[name]
            parts = {**self._parts(declaration, body), "name": f"base.{name}", "title": name}
            self._made[name] = DesiredBase(**parts, base=self.base(base_of(declaration)), image=body.value.image)
        return self._made[name]

    def _parts(self, declaration: Declaration, body: Read[Any]) -> dict[str, Any]:
        config: VM = body.value
        files, template = read_files(body, declaration.layers, self.reader, self.mistakes, declaration.address)
        scripts = []
        for number, (entry, file) in enumerate(zip(config.setup, files, strict=True)):
            layer, _ = declaration.layers.origin(("setup", body.index("setup", number)))
            # A base's script is the same script in every VM of it: what a VM says does not reach it.
            env = self.bases[layer.base][1].value.env if layer.base else config.env
            key = script_key(file.script, self.directory)
            companions = tuple(
                Companion(name, each, script_key(each, self.directory))
                for name, each in sorted(file.companions.items())
            )
            scripts.append(Script(entry, file.script, key=key, env=env | entry.env, files=companions, base=layer.base))
        return {
            "name": declaration.name,
            "config": config,
            "cpus": config.cpus or self.cores,
            "scripts": tuple(scripts),
            "template_file": template,
            "locations": LazyLocations(declaration),
            "inherited": declaration.layers.inherited(),
        }
