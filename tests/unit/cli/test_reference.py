"""docs/reference/commands.md, the help of every command, and completion."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dvm.cli.commands import COMMANDS as LISTED
from dvm.cli.commands import Listed, Takes
from dvm.cli.line import completion
from dvm.cli.line.app import load
from dvm.cli.line.help import ENVIRONMENT, EXIT_CODES, _first_sentence
from dvm.cli.line.reference import reference
from dvm.views.typed import WITHOUT

ROOT = Path(__file__).resolve().parents[3]
COMMANDS: dict[str, Any] = {listed.name: load(listed) for listed in LISTED}


def test_the_reference_is_fresh() -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert text == reference(), "make it anew: python -m dvm.cli.line.reference >docs/reference/commands.md"


def test_the_list_says_what_each_command_says_of_itself() -> None:
    for listed in LISTED:
        assert listed.summary == _first_sentence(COMMANDS[listed.name].help)
        assert listed.hidden is COMMANDS[listed.name].hidden


def test_advice_gives_the_manifest_to_the_commands_that_take_one() -> None:
    takes_none = {
        name for name, command in COMMANDS.items() if not any("--manifest" in each.opts for each in command.params)
    }
    assert takes_none | {"logs"} == WITHOUT


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_and_an_example(name: str) -> None:
    command = COMMANDS[name]
    text = inspect.cleandoc(command.help)
    assert "\n\nExample: " in text
    example = text.split("Example: ")[1]
    assert f"dvm {name}" in example or name == "ssh-proxy"
    for param in command.params:
        if param.param_type_name == "option" and param.name != "help":
            assert param.help, f"{name} {param.opts} has no help"


@pytest.mark.parametrize("name", [None, *sorted(name for name, command in COMMANDS.items() if not command.hidden)])
def test_help_is_whole_and_shows_arguments_as_people_type_them(name: str | None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dvm", *([name] if name else []), "--help"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Usage: dvm {name or ''}".rstrip())
    assert max(map(len, lines)) <= 80
    for unfit in ("<str>", "list[str]", "{", "[required]"):
        assert unfit not in done.stdout
    assert not [line for line in lines if line.endswith("...") and "Usage" not in line], "cut short"


def test_the_help_of_dvm_names_every_command_variable_and_exit_code() -> None:
    text = subprocess.run([sys.executable, "-m", "dvm", "--help"], capture_output=True, text=True, check=True).stdout
    shown = set(re.findall(r"^  ([\w-]+)  ", text, re.MULTILINE))
    assert shown >= {name for name, command in COMMANDS.items() if not command.hidden}
    for page, names in (("environment", ENVIRONMENT), ("exit-codes", EXIT_CODES)):
        rows = (ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8")
        assert re.findall(r"^\| `?([A-Z_]+|\d+)`? \|", rows, re.MULTILINE)[: len(names)] == [name for name, _ in names]
        assert shown >= {name for name, _ in names}


@pytest.mark.parametrize(
    "name",
    [
        "ls",
        "sync",
        "sh",
        "ssh",
        "cp",
        "start",
        "stop",
        "rm",
        "new",
        "import",
        "validate",
        "logs",
        "status",
        "doctor",
        "graph",
        "ssh-config",
        "key",
        "demo",
        "version",
        "help",
        "show",
    ],
)
def test_every_promised_command_is_there(name: str) -> None:
    assert name in COMMANDS
    assert not COMMANDS[name].hidden


def test_names_are_completed_from_manifest_directories_and_instances(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dvm.toml").write_text("version = 1\n[vm.app]\n[vm.api]\n[vm.'x y']\n")
    (tmp_path / "vms" / "apple").mkdir(parents=True)
    (tmp_path / "vms" / "apple" / "vm.toml").touch()
    (tmp_path / "vms" / "apparent").mkdir()
    (tmp_path / "lima" / "dvm-apt").mkdir(parents=True)
    (tmp_path / "lima" / "other").mkdir()
    monkeypatch.setenv("DVM_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("LIMA_HOME", str(tmp_path / "lima"))
    monkeypatch.delenv("DVM_MANIFEST", raising=False)
    assert completion.vm_names("ap") == ["api", "app", "apple", "apt"]
    assert completion.vm_names("z") == []
    (tmp_path / "dvm.toml").write_text("no toml")
    assert completion.vm_names("app") == ["apple"]


@pytest.mark.parametrize("listed", LISTED, ids=lambda each: each.name)
def test_a_command_takes_what_its_list_says(listed: Listed) -> None:
    parts = [part for part in COMMANDS[listed.name].params if part.param_type_name == "argument"]
    names = tuple(part.name for part in parts)
    said = tuple(each for each in listed.takes.value if each is not None)
    if said[-1:] == (...,):
        # More may follow, of a kind that only the command knows.
        assert names[: len(said) - 1] == said[:-1]
        assert len(names) >= len(said) - 1
    else:
        assert names == said
    vms = [part for part in parts if getattr(part, "_custom_shell_complete", None)]
    if listed.takes in {Takes.VM, Takes.VM_AND_COMMAND, Takes.VM_AND_MORE}:
        assert [part.nargs for part in vms] == [1]
    elif listed.name == "explain":
        assert [part.nargs for part in vms] == [1], "the codes of the checks"
    elif listed.takes is Takes.VMS and listed.name != "apply":  # whose argument may also be a saved plan
        assert [part.nargs for part in vms] == [-1]
    else:
        assert not vms


def test_completion_imports_no_model(tmp_path: Path) -> None:
    code = (
        "import sys; from dvm.cli.line.app import app; from dvm.cli.line.completion import vm_names; vm_names('a');"
        "print([m for m in sys.modules if m in ('pydantic', 'deepdiff', 'rich', 'yaml', 'dvm.model.vm')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
