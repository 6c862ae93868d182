"""The tables as pydantic's models, which know every mistake and its place, and their JSON Schemas.

Imported where something is wrong: pydantic costs more than the rest of a plan.
"""

from __future__ import annotations

import types
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta
from msgspec.structs import fields
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from dvm.model.table import Table, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

# The limits of msgspec's that the tables have; all of them are in words that pydantic has as well.
_LIMITS = ("ge", "le", "min_length", "examples")


def mistakes_in(table: type[Table], body: Mapping[str, object]) -> list[ErrorDetails]:
    """Return every mistake that pydantic finds in the body of a table; none where it is right.

    Whether keys go together is not looked at.
    """
    try:
        model_of(table).model_validate(body, by_alias=True, by_name=False)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


@lru_cache(maxsize=64)
def model_of(table: type[Table]) -> type[BaseModel]:
    """Return the model of a table: frozen, and closed to keys that the table does not have."""
    hints = get_type_hints(table, include_extras=True)
    declared: dict[str, Any] = {}
    for each in fields(table):
        default = {"default": each.default} if each.default is not NODEFAULT else {}
        if each.default_factory is not NODEFAULT:
            default = {"default_factory": each.default_factory}
        alias = each.encode_name if each.encode_name != each.name else None
        declared[each.name] = (_translated(hints[each.name]), Field(**default, alias=alias))
    config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    model: type[BaseModel] = create_model(table.__name__, __config__=config, __doc__=table.__doc__, **declared)
    return model


def _translated(hint: Any) -> Any:  # noqa: ANN401 - an annotation
    """Return an annotation of a table's in pydantic's words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        base = _translated(inner[0])
        about = [word for each in inner[1:] for word in _words(each, base)]
        return Annotated[base, *about]
    if origin in {Union, types.UnionType}:
        return reduce(or_, map(_translated, inner))
    if origin is tuple:
        return types.GenericAlias(tuple, (_translated(inner[0]), ...))
    if origin is dict:
        return types.GenericAlias(dict, (inner[0], _translated(inner[1])))
    if hint in {int, bool}:
        # pydantic would take "2" for 2, and 1 for true.
        return Annotated[hint, Field(strict=True)]
    return model_of(hint) if isinstance(hint, type) and issubclass(hint, Table) else hint


def _words(about: object, base: Any) -> Iterator[object]:  # noqa: ANN401 - an annotation
    if isinstance(about, Meta):
        limits = {name: getattr(about, name) for name in _LIMITS if getattr(about, name) is not None}
        yield Field(**limits)
    if isinstance(about, Written):
        if about.only_text:
            yield AfterValidator(about.parse)
        elif about.or_else is not None:
            yield BeforeValidator(about.parse, json_schema_input_type=_translated(about.or_else) | base)
        else:
            yield BeforeValidator(about.parse)
        if about.write is not None:
            yield PlainSerializer(about.write, return_type=str)
        if about.schema is not None:
            yield WithJsonSchema(dict(about.schema))
