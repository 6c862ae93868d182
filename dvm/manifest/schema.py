"""JSON Schemas of what DVM reads from files, made from the models: `python -m dvm.manifest.schema [DIR]`."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from pydantic.json_schema import models_json_schema

from dvm.manifest.bases import REFUSED
from dvm.manifest.declarations import READS_VERSION
from dvm.manifest.schema_examples import LOCKS, MANIFESTS, RECEIPTS, VM_FILES
from dvm.model.lock import Lock
from dvm.model.names import NAME_PATTERN
from dvm.model.receipt import (
    Allowance,
    Bootstrap,
    ConfigurationPart,
    DiskFacts,
    Image,
    Origin,
    Receipt,
    SetupRecord,
)
from dvm.model.settings import Settings
from dvm.model.template import ProvisionRecord
from dvm.model.timeouts import Timeouts
from dvm.model.vm import VM, Base, SetupEntry

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


def _manifest() -> dict[str, Any]:
    references, definitions = models_json_schema(
        [(Settings, "validation"), (VM, "validation"), (Base, "validation")],
        by_alias=True,
        ref_template="#/$defs/{model}",
    )
    vm, base = references[(VM, "validation")], references[(Base, "validation")]
    for key in REFUSED:
        definitions["$defs"]["Base"]["properties"].pop(key, None)
    schema = {
        "$schema": DIALECT,
        "title": "DVM manifest",
        "description": "dvm.toml: the development VMs that DVM keeps on Lima.",
        "type": "object",
        "additionalProperties": False,
        "required": ["version"],
        "properties": {
            "version": {"const": READS_VERSION, "description": "Version of this format."},
            "settings": {**references[(Settings, "validation")], "description": "How DVM itself works."},
            "defaults": {**vm, "description": "Keys that every VM has unless it says otherwise."},
            "base": {
                "type": "object",
                "description": 'Bases, each under its name: a VM with base = "node" has the keys of [base.node].',
                "propertyNames": {"pattern": NAME_PATTERN},
                "additionalProperties": base,
            },
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
    return _as_toml(schema)


def _vm() -> dict[str, Any]:
    about = {"title": "DVM VM", "description": "vms/NAME/vm.toml: one VM, the body of [vm.NAME]."}
    return _as_toml({"$schema": DIALECT, **VM.model_json_schema(by_alias=True), **about, "examples": VM_FILES})


def _lock() -> dict[str, Any]:
    about = {
        "title": "DVM lock",
        "description": "dvm.lock beside dvm.toml: the scripts, those of templates too, that somebody has approved.",
    }
    examples = [lock.model_dump(mode="json") for lock in LOCKS]
    return {"$schema": DIALECT, **_plain(Lock.model_json_schema(by_alias=True)), **about, "examples": examples}


def _receipt() -> dict[str, Any]:
    about = {
        "title": "DVM receipt",
        "description": "dvm.json in the directory of a Lima instance: what DVM did to it.",
    }
    (reference,), definitions = msgspec.json.schema_components([Receipt], ref_template="#/$defs/{name}")
    receipt = definitions.pop(reference["$ref"].rsplit("/", 1)[1])
    for model, table in (
        (Receipt, receipt),
        *(
            (each, definitions[each.__name__])
            for each in (
                Allowance,
                Bootstrap,
                ConfigurationPart,
                DiskFacts,
                Image,
                Origin,
                ProvisionRecord,
                SetupRecord,
            )
        ),
    ):
        for name, text in attribute_docs(model).items():
            table["properties"][name]["description"] = text
    examples = msgspec.json.decode(msgspec.json.encode(RECEIPTS))
    return {"$schema": DIALECT, **_plain({"$defs": definitions, **receipt}), **about, "examples": examples}


def attribute_docs(table: type) -> dict[str, str]:
    """Return the docstring below each attribute of a table of msgspec's, by the attribute's name in files."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    assert isinstance(body, ast.ClassDef)
    return {
        attribute.target.id.rstrip("_"): inspect.cleandoc(str(below.value.value))
        for attribute, below in pairwise(body.body)
        if isinstance(attribute, ast.AnnAssign)
        and isinstance(attribute.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


def _as_toml(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of the models as one of TOML: defaults as they are written, and no null."""
    for model in (VM(), Base(), SetupEntry(script="-"), Timeouts()):
        written = model.model_dump(mode="json", by_alias=True)
        table = schema["$defs"].get(type(model).__name__, schema)
        for key, about in table["properties"].items():
            if "default" in about and key in written:
                about["default"] = written[key]
    plain: dict[str, Any] = _plain(schema, drop_null=True)
    for name, about in (("VM", "The keys of a VM."), ("Base", "The keys of a base.")):
        if name in plain["$defs"]:
            plain["$defs"][name]["description"] = about
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
