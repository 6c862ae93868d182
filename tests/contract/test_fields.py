"""Every field that limactl knows is in DVM's table, and the table is about what the releases know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dvm.lima.fields import releases
from dvm.lima.fields.table import FIELDS, knows, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.subject import Lima


def paths(schema: dict[str, Any]) -> set[str]:
    """Return the path of every value in a JSON Schema."""
    return set(_paths(schema, "", schema["$defs"]))


def _paths(node: Any, path: str, definitions: dict[str, Any]) -> Iterator[str]:
    if not isinstance(node, dict):
        yield path
    elif "$ref" in node:
        yield from _paths(definitions[node["$ref"].rpartition("/")[2]], path, definitions)
    elif choices := node.get("oneOf") or node.get("anyOf"):
        for choice in choices:
            if choice.get("type") != "null":
                yield from _paths(choice, path, definitions)
    elif "properties" in node:
        for key, value in node["properties"].items():
            yield from _paths(value, f"{path}.{key}" if path else key, definitions)
    elif node.get("type") == "array":
        yield from _paths(node.get("items"), f"{path}[]", definitions)
    elif node.get("type") == "object" and isinstance(node.get("additionalProperties"), dict):
        yield from _paths(node["additionalProperties"], f"{path}{{}}", definitions)
    else:
        yield path


@pytest.mark.real
@pytest.mark.parametrize("lima", ["real"], indirect=True)
def test_the_table_has_every_field_of_the_real_limactl(lima: Lima) -> None:
    found = paths(json.loads(lima.ok("generate-jsonschema").out))
    assert len(found) > 100
    assert sorted(path for path in found if not knows(path)) == []
    version = lima.ok("--version").out.split()[-1].removeprefix("v")
    kept = releases.fields_of(version)
    assert kept is None or kept == found, "the list that is kept of this release is not what it knows"


@pytest.mark.parametrize("version", releases.versions())
def test_the_table_has_every_field_of_each_release(version: str) -> None:
    kept = releases.fields_of(version)
    assert kept
    assert sorted(path for path in kept if not knows(path)) == []


def test_the_table_has_no_field_that_no_release_knows() -> None:
    known: set[str] = set()
    for version in releases.versions():
        known |= releases.fields_of(version) or set()
    # The schema says nothing of what is below these.
    untyped = ("base", "vmOpts.", "osOpts.", "provision[].file.", "probes[].file.", "additionalDisks[].")
    assert [leaf for leaf in leaves() if leaf not in known and not leaf.startswith(untyped)] == []


def test_each_field_is_there_once_and_says_why() -> None:
    assert len({row.path for row in FIELDS}) == len(FIELDS)
    assert all(row.why.endswith(".") for row in FIELDS)
    assert all(row.values for row in FIELDS if row.passes is not None)


def test_the_lists_lie_beside_the_table() -> None:
    assert {path.name for path in Path(releases.__file__).parent.glob("*.txt")} == {
        f"lima-{version}.txt" for version in releases.versions()
    }
