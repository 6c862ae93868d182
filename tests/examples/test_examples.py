"""The examples do what they say: each is read, checked, planned and applied, and the demo runs two of them."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dvm.cli.commands.demo import _trusted_place
from tests.conftest import ROOT, Dvm

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/dvm.toml"))
TOML = sorted((ROOT / "examples").rglob("*.toml"))
NO_CHANGES = "No changes. Your VMs match the manifest."

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def lay_out(dvm: Dvm, example: Path) -> None:
    """Make an example the configuration, with modes that the checks accept whatever umask the checkout was made with."""
    shutil.copytree(example, dvm.config, dirs_exist_ok=True, copy_function=shutil.copyfile)
    for path in [dvm.config, *dvm.config.rglob("*")]:
        path.chmod(0o700)


def schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_there_is_one_for_each_use() -> None:
    assert {example.name for example in EXAMPLES} == {"first", "pair", "dotfiles", "agent", "throwaway"}
    listed = re.findall(r"^\| \[(\w+)\]", (ROOT / "examples" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == [example.name for example in EXAMPLES]


def demand_every_script_ran(dvm: Dvm, example: Path) -> None:
    """Each of its scripts is named by a manifest and ended well."""
    started = [path.parent.name.removeprefix("dvm-") for path in dvm.lima_home.glob("dvm-*/guest-runs.jsonl")]
    bodies = {record["content"] for vm in started for record in dvm.receipt(vm)["setup"] if record["exit_status"] == 0}
    scripts = {path.name: path.read_text(encoding="utf-8") for path in example.rglob("*.sh")}
    assert [name for name, body in scripts.items() if body not in bodies] == []


@each_example
def test_it_is_valid_checked_planned_and_applied_and_then_there_are_no_changes(dvm: Dvm, example: Path) -> None:
    lay_out(dvm, example)
    assert dvm.run("validate").code == 0
    checked = dvm.run("check", "--strict", "--offline")
    assert (checked.code, checked.out) == (0, "Security checks: nothing found.\n")
    planned = dvm.run("plan", "--offline", "--strict", "--json")
    assert planned.code == 0
    assert planned.json["applyable"]
    assert planned.json["summary"]["add"] == len(planned.json["resource_changes"]) > 0

    first = dvm.run("apply", "-y", "--strict")
    assert first.code == 0, first.out + first.err
    dvm.forget()
    second = dvm.run("apply", "-y", "--strict")
    assert (second.code, NO_CHANGES in second.out) == (0, True)
    assert dvm.calls(changing=True) == []
    demand_every_script_ran(dvm, example)


@pytest.mark.parametrize("path", TOML, ids=lambda path: "/".join(path.parts[-3:]))
def test_its_files_are_what_the_schemas_describe(path: Path) -> None:
    name = "vm" if path.name == "vm.toml" else "manifest"
    jsonschema.Draft202012Validator(schema(name)).validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_the_dotfiles_have_a_lock_that_agrees_to_every_script(dvm: Dvm) -> None:
    lay_out(dvm, ROOT / "examples" / "dotfiles")
    lock = dvm.config / "dvm.lock"
    jsonschema.Draft202012Validator(schema("lock")).validate(tomllib.loads(lock.read_text(encoding="utf-8")))
    script = dvm.config / "setup" / "base.sh"
    script.write_text(script.read_text(encoding="utf-8") + "true\n", encoding="utf-8")
    assert "DVM108" in dvm.run("check", "--offline").out


def test_the_app_of_the_pair_waits_for_its_database(dvm: Dvm) -> None:
    lay_out(dvm, ROOT / "examples" / "pair")
    done = dvm.run("apply", "-y", "--json")
    assert done.code == 0
    hooks = [(event["type"], event["hook"]) for event in map(json.loads, done.out.splitlines()) if "hook" in event]
    ends = [at for at, (kind, hook) in enumerate(hooks) if kind == "apply_complete" and hook["script"]]
    database = next(at for at in ends if hooks[at][1]["script"] == "setup/database.sh")
    assert database < hooks.index(next(pair for pair in hooks if pair[1]["step"] == "vm.app/start"))


def test_the_throwaway_is_gone_after_rm_and_made_anew_by_apply(dvm: Dvm) -> None:
    lay_out(dvm, ROOT / "examples" / "throwaway")
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("rm", "look", "--yes").code == 0
    assert not (dvm.lima_home / "dvm-look").exists()
    assert "1 to add" in dvm.run("plan").out
    assert dvm.run("apply", "-y").code == 0
    assert (dvm.lima_home / "dvm-look").is_dir()


def test_the_agent_gets_nothing_of_the_hosts(dvm: Dvm) -> None:
    lay_out(dvm, ROOT / "examples" / "agent")
    assert dvm.run("apply", "-y").code == 0
    (instance,) = (json.loads(line) for line in dvm.limactl("list", "--json").out.splitlines())
    config = instance["config"]
    assert config["plain"] is True
    assert not config.get("mounts")
    assert not config.get("portForwards")
    assert config["propagateProxyEnv"] is False
    assert config["ssh"].get("forwardAgent", False) is False
    assert dvm.receipt("agent")["bootstrap"]["sudo"] is False


def test_the_demo_passes_over_a_place_whose_path_is_too_long_for_sockets(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(place))
    assert _trusted_place() == place
    deep = place / ("deep" * 12) / ("deeper" * 6)
    deep.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("TMPDIR", str(deep))
    assert place not in [_trusted_place(), *_trusted_place().parents]


def test_the_demo_runs_the_main_job_and_leaves_nothing(dvm: Dvm) -> None:
    before = set(dvm.place.rglob("*"))
    result = dvm.run("demo", timeout=120, TMPDIR=str(dvm.place))
    assert result.code == 0
    assert result.out.count("Apply complete!") == result.out.count(NO_CHANGES) == 2
    assert result.out.endswith(f"{NO_CHANGES}\n")
    assert set(dvm.place.rglob("*")) == before
    assert dvm.calls() == []
