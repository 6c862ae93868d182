"""The examples do what they say: they are read, checked and planned, and the demo runs them."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import ROOT, Dvm

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/dvm.toml"))


def test_there_are_examples() -> None:
    assert {example.name for example in EXAMPLES} >= {"first", "pair"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_passes_every_check_and_converges(dvm: Dvm, example: Path) -> None:
    shutil.copytree(example, dvm.config, dirs_exist_ok=True, copy_function=shutil.copyfile)
    for path in [dvm.config, *dvm.config.rglob("*")]:
        path.chmod(0o700)
    offline = dvm.run("plan", "--offline", "--json")
    assert offline.code == 0
    assert [check for check in offline.json["checks"] if check["status"] == "fail"] == []
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_what_the_schema_describes(example: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text())
    jsonschema.validate(tomllib.loads((example / "dvm.toml").read_text()), schema)


def test_the_demo_runs_the_main_job_and_leaves_nothing(dvm: Dvm) -> None:
    before = set(dvm.place.rglob("*"))
    result = dvm.run("demo", timeout=120, TMPDIR=str(dvm.place))
    assert result.code == 0
    assert result.out.count("Apply complete!") == len(EXAMPLES) == 2
    assert result.out.endswith("No changes. Your VMs match the manifest.\n")
    assert set(dvm.place.rglob("*")) == before
    assert dvm.calls() == []


def test_the_manifest_of_the_readme_is_one(dvm: Dvm) -> None:
    (manifest,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    dvm.write("dvm.toml", manifest)
    dvm.script("setup/base.sh", "true")
    result = dvm.run("plan", "--offline", "--json")
    assert result.code == 0
    assert result.json["summary"]["add"] == 1


def test_the_readme_names_targets_and_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^ {4}make ([a-z-]+)", readme, re.MULTILINE)) <= targets
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link
    assert len(readme.splitlines()) <= 60, "one screen"
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"\]\((?!http|#)([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_words_of_the_glossary_are_there() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    for word in (
        "manifest", "desired", "observed", "drift", "change", "action", "step", "plan", "check", "apply", "receipt",
        "setup script", "managed", "unmanaged", "orphan",
    ):  # fmt: skip
        assert f"| {word} |" in glossary
