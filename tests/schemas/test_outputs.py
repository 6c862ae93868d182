"""What DVM really writes and prints is what the schemas describe."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from dvm.manifest.schema import generate as of_files
from dvm.views.schema import generate as of_json
from tests.conftest import ROOT, Dvm

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS: dict[str, Any] = {**of_files(), **of_json()}
FORMATS = jsonschema.FormatChecker()
# Switches, and keys whose words the schema lists, show themselves.
SELF_EVIDENT = ("enum", "const", "$ref")


def demand(document: Any, name: str) -> None:
    """Fail with the first mistake, unless the schema describes the document."""
    schema = SCHEMAS[f"{name}.schema.json"]
    jsonschema.Draft202012Validator(schema, format_checker=FORMATS).validate(document)


def tables(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema within a schema that has properties."""
    if isinstance(schema, list):
        for item in schema:
            yield from tables(item)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema
        for key, item in schema.items():
            if key not in {"examples", "default"}:
                yield from tables(item)


def test_the_committed_schemas_are_these() -> None:
    assert {path.name for path in (ROOT / "schemas").iterdir()} == SCHEMAS.keys()
    assert {name.removesuffix(".schema.json") for name in SCHEMAS} == {
        "manifest", "vm", "lock", "plan", "receipt", "events",
    }  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_of_2020_12_with_a_description_for_every_property(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"].startswith("DVM ")
    assert schema["description"]
    silent = [
        key for table in tables(schema) for key, about in table["properties"].items() if "description" not in about
    ]
    assert silent == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_shows_examples_and_they_fit_it(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["examples"]
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema, format_checker=FORMATS).validate(example)


@pytest.mark.parametrize("name", ["manifest.schema.json", "vm.schema.json"])
def test_every_key_that_people_write_shows_an_example_that_fits_it(name: str) -> None:
    schema = SCHEMAS[name]
    keys = [(key, about) for table in tables(schema) for key, about in table["properties"].items()]
    for key, about in keys:
        if about.get("type") == "boolean" or any(word in about for word in SELF_EVIDENT) or key in {"vm", "base"}:
            continue
        assert about["examples"], key
        validator = jsonschema.Draft202012Validator({**about, "$defs": schema["$defs"]})
        for example in about["examples"]:
            validator.validate(example)


@pytest.mark.parametrize("example", SCHEMAS["manifest.schema.json"]["examples"])
def test_the_reader_takes_the_examples_of_the_manifest(dvm: Dvm, example: Any) -> None:
    import tomli_w

    dvm.write("dvm.toml", tomli_w.dumps(example))
    dvm.script("setup/base.sh", "true")
    dvm.script("setup/node.sh", "true")
    dvm.write("setup/files/npmrc", "fund=false\n")
    assert dvm.run("validate").code == 0


def test_plans_events_receipts_and_locks_of_a_whole_life(dvm: Dvm) -> None:
    base = dvm.script("setup/base.sh", "sudo apt-get install -y git")
    text = '[vm.app]\nmemory = "{}"\nports = ["3000:3000"]\nsetup = ["setup/base.sh"]\n[vm.db]\nrunning = false\n'
    dvm.manifest(text.format("2GiB"))
    events: list[dict[str, Any]] = []

    def apply(*options: str, code: int = 0) -> None:
        done = dvm.run("apply", "-y", "--json", *options)
        assert done.code == code, done.out + done.err
        events.extend(json.loads(line) for line in done.out.splitlines())

    def plan(*options: str) -> None:
        done = dvm.run("plan", "--json", *options)
        assert done.code == 0
        demand(done.json, "plan")

    dvm.limactl("create", "--tty=false", "--name=dvm-mine", "template:fedora")
    plan("--offline")
    plan()
    apply()
    # A change that restarts, a script that changed and fails, an orphan.
    base.write_text(f"{base.read_text(encoding='utf-8')}# sim: exit 7\n", encoding="utf-8")
    dvm.manifest(text.format("4GiB").split("[vm.db]")[0])
    plan()
    apply(code=1)
    plan("--prune")
    for event in events:
        demand(event, "events")
    seen = {event["type"] for event in events}
    assert seen >= {"version", "diagnostic", "planned_change", "change_summary", "apply_start", "apply_complete"}
    assert "apply_errored" in seen

    demand(dvm.receipt("app"), "receipt")
    demand(dvm.receipt("db"), "receipt")
    assert {run["exit_status"] for run in dvm.receipt("app")["setup"]} == {7}
    assert dvm.run("review", "--yes").code == 0
    demand(tomllib.loads((dvm.config / "dvm.lock").read_text(encoding="utf-8")), "lock")
