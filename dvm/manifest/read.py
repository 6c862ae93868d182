"""A table of the manifest as far as it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from dvm.model.fields import Declared

_ModelT = TypeVar("_ModelT", bound="Declared")


class Read(Struct, Generic[_ModelT]):
    """A table as far as it can be read, and its `body` as TOML has it.

    `errors` are pydantic's, each with its place in `body`; `indexes`: where the entries of a list that lost some stand.
    """

    value: _ModelT
    body: Mapping[str, object]
    errors: list[ErrorDetails] = []
    indexes: Mapping[str, list[int]] = {}

    @property
    def wrong(self) -> frozenset[str]:
        """The keys that have a mistake, whose value is the default or lacks an entry."""
        return frozenset(str(error["loc"][0]) for error in self.errors)

    def index(self, key: str, entry: int) -> int:
        """Return where entry number `entry` of the list `key` is in the file."""
        return self.indexes[key][entry] if key in self.indexes else entry
