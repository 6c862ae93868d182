"""The base of every model that is read from outside."""

from __future__ import annotations

import sys
from types import ModuleType

from pydantic import BaseModel, ConfigDict

# What pydantic asks for plugins of other packages, of which DVM wants none to have a hand in what it reads. Its own
# switch (PYDANTIC_DISABLE_PLUGINS) still imports importlib.metadata, which costs as much as a plan's checks; where a
# later pydantic asks elsewhere, that switch holds.
_NO_PLUGINS = ModuleType("pydantic.plugin._loader")
_NO_PLUGINS.get_plugins = tuple  # type: ignore[attr-defined]
sys.modules.setdefault(_NO_PLUGINS.__name__, _NO_PLUGINS)


class Frozen(BaseModel):
    """Immutable, and closed: a key that is not declared is an error.

    A model is built when it is first used: many commands use none. The docstrings below attributes are the
    schemas' descriptions; `dvm.manifest.schema` takes them from the source, where pydantic would read every
    source file at every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
