"""The committed schemas are the generated ones, and say what the loader says."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

from dvm.manifest.schema import DIRECTORY, generate, main, render
from dvm.model.receipt import Receipt

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.manifest.conftest import Config

SCHEMAS = generate()


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schema_is_fresh(name: str) -> None:
    assert (DIRECTORY / name).read_text(encoding="utf-8") == render(SCHEMAS[name]), "run: python -m dvm.manifest.schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_main_writes_them(tmp_path: Path) -> None:
    main([str(tmp_path)])
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(SCHEMAS)


@pytest.mark.parametrize("name", ["manifest.schema.json", "vm.schema.json"])
def test_schema_of_toml_has_descriptions_and_no_null(name: str) -> None:
    assert "null" not in json.dumps(SCHEMAS[name])
    table = SCHEMAS[name]["$defs"]["VM"] if "VM" in SCHEMAS[name]["$defs"] else SCHEMAS[name]
    assert all(about.get("description") for about in table["properties"].values())
    assert table["properties"]["memory"]["default"] == "2GiB"


BODIES = {
    "cpus = 4": True,
    'memory = "8GiB"\ndisk = "1.5TiB"': True,
    'setup = ["a.sh", { script = "a2.sh", as = "root", run = "once", timeout = "1h" }]': True,
    'ports = ["3000:80", "5173"]\nisolation = "standard"\nauto_ports = true': True,
    'depends_on = []\nuser = "dev"\nvm_type = "vz"\narch = "aarch64"': True,
    f'template = "https://example.org/x.yaml"\ntemplate_sha256 = "{"0" * 64}"': True,
    'egress = "none"': True,
    'egress = ["git.example.com", "*.example.net:8443"]\nsetup_egress = ["mirror.example.org"]': True,
    'egress = "git.example.com"': False,
    'egress = ["https://example.com"]': False,
    'setup_egress = ["user@example.com"]': False,
    'reach = ["db"]': False,
    "cpus = 0": False,
    'cpus = "4"': False,
    "memory = 8": False,
    'memory = "8GB"': False,
    "ports = [3000]": False,
    'setup = [{ as = "root" }]': False,
    'setup = [""]': False,
    'setup = [{ script = "a.sh", timeout = "" }]': False,
    'isolation = "lax"': False,
    "mounts = []": False,
    'user = "Root"': False,
    'depends_on = ["A"]': False,
    "sudo = 1": False,
}


@pytest.mark.parametrize(("body", "good"), BODIES.items())
def test_schema_and_loader_agree(config: Config, body: str, good: bool) -> None:
    config.write("a.sh", "")
    config.write("a2.sh", "")
    for name, text in {
        "vm.schema.json": body,
        "manifest.schema.json": f"version = 1\n[vm.app]\n{body}",
    }.items():
        assert jsonschema.Draft202012Validator(SCHEMAS[name]).is_valid(tomllib.loads(text)) is good
    if good:
        config.load(f"[vm.app]\n{body}")
    else:
        assert config.mistakes(f"[vm.app]\n{body}")


def test_receipt(tmp_path: Path) -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    receipt = Receipt(vm="app", instance="dvm-app", template="template:fedora", created=now, created_by="0.1.0")
    value: Any = json.loads(msgspec.json.encode(receipt))
    jsonschema.validate(value, SCHEMAS["receipt.schema.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value | {"nope": 1}, SCHEMAS["receipt.schema.json"])
