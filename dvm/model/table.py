"""Tables: what is read from outside, declared once for two readers.

`read` takes what is right, and costs a plan next to nothing. What is wrong `dvm.manifest.models` reads again, with
models of pydantic's that are made of these very declarations: they know every mistake and its place. A property test
holds the two to one another.

The docstrings below attributes are the schemas' descriptions; `dvm.manifest.schema` takes them from the source.
"""

from __future__ import annotations

import types
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and closed: a key that is not declared is an error."""


TableT = TypeVar("TableT", bound=Table)


class Written(Struct, frozen=True, eq=False):
    """How files write a value that DVM keeps otherwise, or that a type alone does not tell: part of an annotation.

    `parse` returns the value, or raises ValueError with what is wrong in words for the user. `only_text`: it wants a
    string, and a reader says what is wrong with anything else. `write` is its inverse, `schema` the value's JSON
    Schema as files have it; `or_else` is an annotation of what may stand there beside the type itself.
    """

    parse: Callable[[Any], object]
    only_text: bool = False
    write: Callable[[Any], str] | None = None
    schema: Mapping[str, object] | None = None
    or_else: object = None


def read(table: type[TableT], body: Mapping[str, object]) -> TableT:
    """Return the table that `body` has, as TOML says it.

    Raises:
        ValueError: something in it is wrong. The message is the first mistake, in no words for users.
    """
    try:
        return msgspec.convert(_prepared(table)(body), table)
    except (TypeError, AttributeError) as error:  # of a parser that was given another type than it knows
        raise ValueError(str(error)) from error


@lru_cache(maxsize=64)
def _prepared(table: type[Table]) -> Callable[[Any], Any]:
    """Return what makes values of the body of a table, in which files have text."""
    hints = get_type_hints(table, include_extras=True)
    encoded = dict(zip(table.__struct_fields__, table.__struct_encode_fields__, strict=True))
    known = {encoded[name]: of for name, hint in hints.items() if (of := _preparing(hint)) is not None}

    def prepare(body: Any) -> Any:  # noqa: ANN401 - whatever a file has there
        if not isinstance(body, dict):
            return body
        return {key: known[key](value) if key in known else value for key, value in body.items()}

    return prepare


def _preparing(hint: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401 - an annotation
    """Return what makes a value of what a file has; None: msgspec needs no help."""
    if get_origin(hint) is Annotated:
        inner, *about = get_args(hint)
        written = next((each for each in about if isinstance(each, Written)), None)
        within = _preparing(inner)
        return within if written is None else partial(_parse, written, within)
    if get_origin(hint) in {Union, types.UnionType}:
        # None has no way of being written: what remains is one type, or a choice that msgspec makes.
        return next((of for each in get_args(hint) if (of := _preparing(each)) is not None), None)
    if get_origin(hint) is tuple:
        each = _preparing(get_args(hint)[0])
        return None if each is None else partial(_each, each)
    if get_origin(hint) is dict:
        each = _preparing(get_args(hint)[1])
        return None if each is None else partial(_values, each)
    return _prepared(hint) if isinstance(hint, type) and issubclass(hint, Table) else None


def _parse(written: Written, within: Callable[[Any], Any] | None, value: object) -> object:
    if written.only_text and not isinstance(value, str):
        raise TypeError("expected a string")
    parsed = written.parse(value)
    return within(parsed) if within else parsed


def _each(prepare: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401 - whatever a file has there
    return [prepare(each) for each in value] if isinstance(value, list) else value


def _values(prepare: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401 - whatever a file has there
    return {key: prepare(each) for key, each in value.items()} if isinstance(value, dict) else value
