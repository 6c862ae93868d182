"""A directory to write manifests in, and what the loader says about them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.errors import ManifestError
from dvm.manifest.load import load

if TYPE_CHECKING:
    from dvm.diagnostics import Diagnostic
    from dvm.model.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration directory. `dvm.toml` gets `version = 1` in front, on a line of its own."""

    path: Path

    @property
    def manifest(self) -> Path:
        return self.path / "dvm.toml"

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def load(self, text: str | None = None, *, cores: int = 8) -> Manifest:
        if text is not None:
            self.write("dvm.toml", f"version = 1\n{text}")
        return load(self.manifest, host_cores=cores, lima_home=Path("/l"))

    def mistakes(self, text: str | None = None) -> list[Diagnostic]:
        with pytest.raises(ManifestError) as caught:
            self.load(text)
        return list(caught.value.diagnostics)

    def lines(self, text: str | None = None) -> list[str]:
        """Return every mistake as `file:line:column summary`, files relative to the directory."""
        found = self.mistakes(text)
        return [f"{mistake.location} {mistake.summary}".removeprefix(f"{self.path}/") for mistake in found]

    def only(self, text: str | None = None) -> Diagnostic:
        found = self.mistakes(text)
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path)
