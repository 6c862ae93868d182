"""JSON Schemas of what DVM prints, made from documents.py: `python -m dvm.views.schema [DIR]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from dvm.manifest.schema import DIALECT, DIRECTORY, render
from dvm.views.documents import PlanDocument
from dvm.views.event_documents import Event
from dvm.views.schema_examples import EVENTS, PLANS

if TYPE_CHECKING:
    from collections.abc import Sequence


def generate() -> dict[str, dict[str, Any]]:
    """Return the schemas of this package by the name of their file."""
    return {
        "plan.schema.json": _schema(
            TypeAdapter(PlanDocument),
            "DVM plan",
            "What `dvm plan --json` prints. Keys may be added in 1.x; none is renamed or taken away.",
            PLANS,
        ),
        "events.schema.json": _schema(
            TypeAdapter(Event),
            "DVM events",
            "One line of `dvm apply --json`. Types and keys may be added in 1.x; skip what you don't know.",
            EVENTS,
        ),
    }


def _schema(adapter: TypeAdapter[Any], title: str, description: str, examples: Sequence[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = _without_titles(adapter.json_schema())
    # OpenAPI's keyword; JSON Schema tells the events apart by the constant of their `type`.
    schema.pop("discriminator", None)
    return {"$schema": DIALECT, **schema, "title": title, "description": description, "examples": list(examples)}


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema without the titles that pydantic makes of names."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))
    }


def main(arguments: list[str]) -> None:
    """Write the schemas into the directory given, or into the checkout's own."""
    directory = Path(arguments[0]) if arguments else DIRECTORY
    for name, schema in generate().items():
        (directory / name).write_text(render(schema), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
