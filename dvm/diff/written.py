"""Values of attributes as plain JSON: text where the manifest has text."""

from __future__ import annotations

from typing import Any, Final

from dvm.model.instance import Forward, Mount
from dvm.model.port import Port
from dvm.model.units import format_size

SIZES: Final = frozenset({"memory", "disk"})
"""The attributes that are sizes, in bytes."""


def written(name: str, value: Any) -> Any:  # noqa: ANN401 - any value of an attribute, one line a kind
    """Return the value of attribute `name` as JSON, sizes and ports as the manifest writes them."""
    match value:
        case bool():
            return value
        case int() if name in SIZES:
            return format_size(value)
        case Port() | Forward() | Mount() | str():
            return str(value)
        case list() | tuple():
            return [written("", item) for item in value]
        case dict():
            return {key: written("", item) for key, item in value.items()}
        case _:
            return value
