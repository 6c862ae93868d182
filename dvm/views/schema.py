"""The JSON Schemas of what DVM prints for programs, made from documents.py. A test keeps `schemas/` fresh."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from dvm.views.documents import PlanDocument
from dvm.views.event_documents import Event

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generate() -> dict[str, dict[str, Any]]:
    """Return the schemas by file name: `plan.schema.json` and `events.schema.json`."""
    return {
        "plan.schema.json": _schema(TypeAdapter(PlanDocument), "plan.schema.json", "A plan of DVM"),
        "events.schema.json": _schema(
            TypeAdapter(Event), "events.schema.json", "An event of `dvm apply --json`"
        ),
    }


def _schema(adapter: TypeAdapter[Any], name: str, title: str) -> dict[str, Any]:
    return {"$schema": _DIALECT, "$id": name, **adapter.json_schema(), "title": title}
