"""Tables of a manifest that were read before: what has not changed is not read by pydantic again.

To import pydantic and to build the models takes longer than all the rest of a plan. A table without a mistake is kept
as the values that were read from it, under the digest of what it says; the code that read it is part of the digest.
Whatever is not found, or not understood, is read as if nothing had been kept.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from msgspec import json

from dvm.kept import code_in, opened, sealed
from dvm.model.choices import Isolation, Run, RunAs
from dvm.model.port import Port, parse_port
from dvm.model.reach import Reach, parse_reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

_MOST_TABLES = 8192
# What decides how a table is read, below the package.
_READERS = ("model", "manifest", "egress")
_CHOICES: Mapping[str, type[Enum]] = {each.__name__: each for each in (Isolation, Run, RunAs)}
_WORDS: Mapping[str, Callable[[str], object]] = {"Port": parse_port, "Reach": parse_reach}


class KeptTable:
    """A table with the attributes of its model, as immutable as that; it equals the model with the same values."""

    __slots__ = ("__dict__", "model_fields_set")
    model_fields_set: frozenset[str]
    """The names that the table gives a value."""

    def __init__(self, values: Mapping[str, object], given: frozenset[str]) -> None:
        self.__dict__.update(values)
        object.__setattr__(self, "model_fields_set", given)

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        """Refuse."""
        raise AttributeError(f"{name} can't be set")

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        names = self.__dict__.keys()
        theirs = getattr(other, "__dict__", {})
        return names == theirs.keys() and all(theirs[name] == self.__dict__[name] for name in names)

    def __hash__(self) -> int:
        """Hash the values."""
        return hash(tuple(self.__dict__.values()))


class KeptTables:
    """The tables that were kept, and those that were read since. `content` is the file's, or nothing."""

    def __init__(self, content: bytes = b"", code: str = "") -> None:
        self.code = code
        self._known = opened(content, code, dict[str, Any]) or {}
        self._used: dict[str, Any] = {}
        self.changed = False
        """Whether there is a table that the content does not have."""

    def get(self, kind: str, body: Mapping[str, object]) -> Any | None:  # noqa: ANN401 - the model's attributes
        """Return the table of this kind that says this; None: it is not known."""
        key = _key(kind, body)
        found = None if key is None else self._known.get(key)
        if key is None or found is None:
            return None
        try:
            table = _thawed(found)
        except (ValueError, TypeError, LookupError, AttributeError):
            return None
        if not isinstance(table, KeptTable):
            return None
        self._used[key] = found
        return table

    def add(self, kind: str, body: Mapping[str, object], table: BaseModel) -> None:
        """Keep a table in which there is no mistake."""
        key = _key(kind, body)
        if key is not None:
            self._used[key] = frozen(table)
            self.changed = True

    def content(self) -> bytes:
        """Return the content of a file with the tables of this run, and those of other manifests where they fit."""
        both = {**self._known, **self._used}
        return sealed(self.code, both if len(both) <= _MOST_TABLES else self._used)


def reading_code() -> str:
    """Return what tells the code that reads tables from every other version of it; empty where that can't be seen."""
    package = Path(__file__).resolve().parents[1]
    return code_in(*(package / name for name in _READERS))


def _key(kind: str, body: Mapping[str, object]) -> str | None:
    try:
        # A list in place of a text, or a date in place of a list, is another table: JSON alone would write some alike.
        said = json.encode([kind, _typed(body)])
    except (TypeError, ValueError, RecursionError):
        return None
    return hashlib.sha256(said).hexdigest()


def _typed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _typed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_typed(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError


def frozen(value: object) -> Any:  # noqa: ANN401 - what JSON can write
    """Return a value of a table as JSON can write it: a text, a number or a truth value as it is, the rest with a tag.

    Raises:
        TypeError: no table has such a value.
    """
    match value:
        case Enum():
            return ["enum", type(value).__name__, value.value]
        case None | bool() | int() | str():
            return value
        case Port() | Reach():
            return ["word", type(value).__name__, str(value)]
        case tuple():
            return ["list", *map(frozen, value)]
        case dict():
            return {name: frozen(each) for name, each in value.items()}
        case _ if hasattr(type(value), "model_fields"):
            return _table(cast("BaseModel", value))
        case _:
            raise TypeError(f"a table has a {type(value).__name__}, which can't be kept")


def _table(model: BaseModel) -> list[object]:
    values = {name: frozen(getattr(model, name)) for name in type(model).model_fields}
    return ["table", sorted(model.model_fields_set), values]


def _thawed(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _thawed(each) for name, each in value.items()}
    if not isinstance(value, list):
        return value
    tag, *rest = value
    if tag == "list":
        return tuple(map(_thawed, rest))
    if tag == "table":
        given, values = rest
        return KeptTable({name: _thawed(each) for name, each in values.items()}, frozenset(given))
    name, text = rest
    if tag == "enum":
        return _CHOICES[name](text)
    if tag == "word":
        return _WORDS[name](text)
    raise LookupError(tag)
