"""The base of every model that is read from outside."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, and closed: a key that is not declared is an error.

    A model is built when it is first used: many commands use none. The docstrings below attributes are the
    schemas' descriptions; `dvm.manifest.schema` takes them from the source, where pydantic would read every
    source file at every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
