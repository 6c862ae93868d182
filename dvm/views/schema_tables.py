"""JSON Schema as Markdown tables, for the pages of the reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]
_TITLES = {"SetupEntry": "A setup script"}
_PATTERNS = {"^[0-9a-f]{64}$": "SHA-256", "^([0-9a-f]{64})?$": "SHA-256"}


def row(*cells: str) -> str:
    """Return one row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(*headings: str) -> Iterator[str]:
    """Yield the first two lines of a table."""
    yield row(*headings)
    yield "|" + "---|" * len(headings)


def type_of(schema: Mapping[str, Any], defs: Mapping[str, Schema]) -> str:
    """Return what a value may be, in a few words; objects of `defs` are links to their sections."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        target = defs[name]
        return f"[{title(name)}](#{_anchor(title(name))})" if target.get("type") == "object" else type_of(target, defs)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_of(choice, defs) for choice in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "array":
            said = f"list of {type_of(schema.get('items', {}), defs)}"
        case "string":
            said = _text(schema)
        case "integer" | "number":
            said = _number(schema)
        case "object":
            said = f"object of {type_of(schema['additionalProperties'], defs)}" if _is_map(schema) else "object"
        case kind:
            said = {"boolean": "true or false", None: "any"}.get(kind, str(kind))
    return said


def _is_map(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("additionalProperties"), dict) and bool(schema["additionalProperties"])


def title(name: str) -> str:
    """Return an object's name for readers: `ResourceChangeDocument` is `Resource change`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Document"))
    return _TITLES.get(name, words.capitalize())


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def _text(schema: Mapping[str, Any]) -> str:
    known = _PATTERNS.get(schema.get("pattern", ""))
    examples = [f"`{json.dumps(example)}`" for example in schema.get("examples", ())]
    return known or (f"text such as {', '.join(examples)}" if examples else "text")


def _number(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if high is not None:
        return f"number, {low} to {high}"
    return "number" if low is None else f"number, at least {low}"
