"""Values of attributes, written the way the manifest writes them."""

from __future__ import annotations

from typing import Any

from dvm.diff.written import SIZES
from dvm.model.instance import Forward, Mount
from dvm.model.port import Port
from dvm.model.units import format_size
from dvm.text import visible

ABSENT = "(none)"


def format_value(name: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - any JSON value, one line a kind
    """Return the value of attribute `name` on one line, safe to print; sizes in bytes become `"8GiB"`."""
    match value:
        case None:
            return ABSENT
        case bool():
            return "true" if value else "false"
        case int() if name in SIZES:
            return f'"{format_size(value)}"'
        case int() | float():
            return str(value)
        case str():
            return quote(value)
        case Port() | Forward() | Mount():
            return quote(str(value))
        case list() | tuple():
            return "[" + ", ".join(format_value("", item) for item in value) + "]"
        case dict():
            pairs = (f"{visible(str(key))} = {format_value(str(key), item)}" for key, item in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case _:
            return quote(str(value))


def quote(text: str) -> str:
    r"""Return `text` in quotes, safe to print; a quote in it is escaped, so that it can't end early."""
    return '"' + visible(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
