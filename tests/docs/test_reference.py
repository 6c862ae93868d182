"""The reference is complete: what the code reads, prints and ends with is there, and nothing else."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from dvm.errors import ExitCode
from dvm.lima.guest_calls import environment
from dvm.model.vm import VM
from dvm.views import json_reference, manifest_reference
from tests.conftest import ROOT, Dvm
from tests.factories import desired

REFERENCE = ROOT / "docs" / "reference"
# Names of variables that are looked up, but not by DVM's own name for an environment.
ENVIRONMENTS = re.compile(r"environ(ment)?$")


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def first_column(text: str) -> set[str]:
    return set(re.findall(r"^\| `?(\w+)`? \|", text, re.MULTILINE))


def test_the_manifest_s_page_is_fresh() -> None:
    assert page("manifest.md") == manifest_reference.reference(), (
        "make it anew: python -m dvm.views.manifest_reference >docs/reference/manifest.md"
    )


@pytest.mark.parametrize("key", VM.model_fields)
def test_every_key_says_what_a_change_takes(key: str) -> None:
    assert f"| `{key}` |" in page("manifest.md")
    assert manifest_reference.way_of(key)


def test_the_page_of_json_is_fresh() -> None:
    assert page("json.md") == json_reference.reference(), (
        "make it anew: python -m dvm.views.json_reference >docs/reference/json.md"
    )


def test_nothing_in_the_reference_is_without_a_word_about_it() -> None:
    for name in ("manifest.md", "json.md", "commands.md"):
        for line in page(name).splitlines():
            # Of a manifest's key the default may be left out, and it alone.
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if line.startswith("| `"):
                assert all(cells[:3] if name == "manifest.md" else cells), f"{name}: {line}"


@pytest.mark.parametrize(
    ("command", "inside", "sections"),
    [
        (["ls"], "vms", ["VMs"]),
        (["status", "app"], "", ["VMs", "One VM"]),
        (["validate"], "", ["Mistakes"]),
        (["doctor"], "findings", ["Findings"]),
    ],
)
def test_every_key_of_the_small_documents_is_there(
    dvm: Dvm, command: list[str], inside: str, sections: list[str]
) -> None:
    dvm.manifest("[vm.app]\n")
    printed: Any = json.loads(dvm.run(*command, "--json").out)
    documented: set[str] = set()
    for name in sections:
        section = page("json.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for cell in re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE):
            documented |= set(re.findall(r"`(\w+)`", cell))
    keys = {key for item in printed[inside] for key in item} if inside else set(printed)
    assert keys == documented


def test_every_exit_code_is_there_and_no_other() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", page("exit-codes.md"), re.MULTILINE)
    assert {int(code): name.strip() for code, name in rows} == {
        int(code): code.name.lower().replace("_", " ") for code in ExitCode
    }


def test_every_variable_is_there_and_no_other() -> None:
    read, _, rest = page("environment.md").partition("## In a setup script")
    scripts, _, simulator = rest.partition("## Of the simulator")
    # The demo sets the pace of its simulator; COMP_* and _* are between a shell and its completion.
    own = {name for name in looked_up("dvm", but="simulator") if not name.startswith(("DVM_SIM_", "COMP_", "_"))}
    assert first_column(read) - {"variable"} == own
    assert first_column(scripts) - {"variable"} == set(environment(desired("app")))
    assert first_column(simulator) - {"variable"} == {
        name for name in looked_up("dvm/simulator") if name.startswith("DVM_SIM_")
    }


def looked_up(package: str, but: str = "nothing") -> set[str]:
    """Return the names that the code looks up in an environment."""
    found: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        if but in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {
                value.value
                for value in _keys(node)
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.isupper()
            }
    return found


def _keys(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(value=holder, attr="get" | "pop"), args=[key, *_]) if _is_environment(holder):
            return [key]
        case ast.Call(func=ast.Name(id="_from_variable" | "getenv"), args=[key, *_]):
            return [key]
        case ast.Subscript(value=holder, slice=key) if _is_environment(holder):
            return [key]
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[holder]) if _is_environment(holder):
            return [key]
    return []


def _is_environment(holder: ast.expr) -> bool:
    return ENVIRONMENTS.search(ast.unparse(holder)) is not None
