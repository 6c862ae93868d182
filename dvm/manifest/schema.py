"""JSON Schemas of what DVM reads from files, made from the models: `python -m dvm.manifest.schema [DIR]`."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic.json_schema import models_json_schema

from dvm.manifest.declarations import READS_VERSION
from dvm.manifest.models import model_of
from dvm.manifest.schema_examples import KEYS, LOCKS, MANIFESTS, RECEIPTS, VM_FILES
from dvm.model.lock import Lock
from dvm.model.manifest import Settings
from dvm.model.names import NAME_PATTERN
from dvm.model.receipt import Bootstrap, Receipt, SetupRecord
from dvm.model.timeouts import Timeouts
from dvm.model.vm import VM, SetupEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DIRECTORY = Path(__file__).parent.parent.parent / "schemas"


def generate() -> dict[str, dict[str, Any]]:
    """Return every schema of this package by the name of its file."""
    return {
        "manifest.schema.json": _manifest(),
        "vm.schema.json": _vm(),
        "receipt.schema.json": _receipt(),
        "lock.schema.json": _lock(),
    }


def render(schema: dict[str, Any]) -> str:
    """Return a schema as its file has it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def attribute_docs(model: type) -> dict[str, str]:
    """Return the docstring below each attribute of a model, by the attribute's name in the files."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(body, ast.ClassDef)
    docs: dict[str, str] = {}
    for attribute, below in pairwise(body.body):
        if (
            isinstance(attribute, ast.AnnAssign)
            and isinstance(attribute.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            docs[attribute.target.id.rstrip("_")] = inspect.cleandoc(str(below.value.value))
    return docs


def _described(schema: dict[str, Any], *models: type) -> dict[str, Any]:
    """Return the schema with the attributes' docstrings as descriptions, and with examples of the keys."""
    for model in models:
        table = schema.get("$defs", {}).get(model.__name__, schema)
        for name, text in attribute_docs(model).items():
            # What a type says of itself is less than what the attribute says.
            table["properties"][name]["description"] = text
        for name, examples in KEYS.get(model.__name__, {}).items():
            table["properties"][name]["examples"] = examples
    return schema


def _manifest() -> dict[str, Any]:
    settings_model, vm_model = model_of(Settings), model_of(VM)
    references, definitions = models_json_schema(
        [(settings_model, "validation"), (vm_model, "validation")], by_alias=True, ref_template="#/$defs/{model}"
    )
    vm = references[(vm_model, "validation")]
    schema = {
        "$schema": DIALECT,
        "title": "DVM manifest",
        "description": "dvm.toml: the development VMs that DVM keeps on Lima.",
        "type": "object",
        "additionalProperties": False,
        "required": ["version"],
        "properties": {
            "version": {"const": READS_VERSION, "description": "Version of this format."},
            "settings": {**references[(settings_model, "validation")], "description": "How DVM itself works."},
            "defaults": {**vm, "description": "Keys that every VM has unless it says otherwise."},
            "vm": {
                "type": "object",
                "description": "The VMs, each under its name: [vm.app] is Lima instance dvm-app.",
                "propertyNames": {"pattern": NAME_PATTERN},
                "additionalProperties": vm,
            },
        },
        "examples": MANIFESTS,
        **definitions,
    }
    return _as_toml(_described(schema, Settings, Timeouts, VM, SetupEntry))


def _vm() -> dict[str, Any]:
    about = {"title": "DVM VM", "description": "vms/NAME/vm.toml: one VM, the body of [vm.NAME]."}
    schema = {"$schema": DIALECT, **model_of(VM).model_json_schema(by_alias=True), **about, "examples": VM_FILES}
    return _as_toml(_described(schema, VM, SetupEntry))


def _receipt() -> dict[str, Any]:
    about = {
        "title": "DVM receipt",
        "description": "dvm.json in the directory of a Lima instance: what DVM did to it.",
    }
    return {
        "$schema": DIALECT,
        **_plain(_described(model_of(Receipt).model_json_schema(by_alias=True), Receipt, SetupRecord, Bootstrap)),
        **about,
        "examples": _as_json(RECEIPTS),
    }


def _lock() -> dict[str, Any]:
    about = {
        "title": "DVM lock",
        "description": "dvm.lock beside dvm.toml: the setup scripts that somebody has read and agreed to.",
    }
    return {
        "$schema": DIALECT,
        **_plain(_described(model_of(Lock).model_json_schema(by_alias=True), Lock)),
        **about,
        "examples": _as_json(LOCKS),
    }


def _as_json(examples: Sequence[msgspec.Struct]) -> Any:  # noqa: ANN401 - any JSON
    """Return what a file of JSON has for these values: arrays for tuples too."""
    return msgspec.json.decode(msgspec.json.encode(examples))


def _as_toml(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of the models as one of TOML: defaults as they are written, and no null."""
    vm = model_of(VM)().model_dump(mode="json")
    entry = model_of(SetupEntry)(script="-").model_dump(mode="json", by_alias=True)
    for table, written in (
        (schema.get("$defs", {}).get("VM", schema), vm),
        (schema["$defs"]["SetupEntry"], entry),
        (schema["$defs"].get("Timeouts", {"properties": {}}), model_of(Timeouts)().model_dump(mode="json")),
    ):
        for key, about in table["properties"].items():
            if "default" in about:
                about["default"] = written[key]
    plain: dict[str, Any] = _plain(schema, drop_null=True)
    if "VM" in plain["$defs"]:
        plain["$defs"]["VM"]["description"] = "The keys of a VM."
    return {**plain, "title": schema["title"]}


def _plain(schema: Any, *, drop_null: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema without the titles that pydantic makes of names, and without null if so wanted."""
    if isinstance(schema, list):
        return [_plain(item, drop_null=drop_null) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: _plain(value, drop_null=drop_null)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (drop_null and key == "default" and value is None)
    }
    if drop_null and {"type": "null"} in plain.get("anyOf", ()):
        (only,) = (choice for choice in plain.pop("anyOf") if choice != {"type": "null"})
        plain = {**only, **plain}
    return plain


def main(arguments: list[str]) -> None:
    """Write the schemas into the directory given, or into the checkout's own."""
    directory = Path(arguments[0]) if arguments else DIRECTORY
    for name, schema in generate().items():
        (directory / name).write_text(render(schema), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
