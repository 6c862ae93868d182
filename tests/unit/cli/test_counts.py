"""What a command costs in things that do not depend on the machine: modules it imports, calls of limactl."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import Dvm

# Modules that take long to import, and for what they are.
PYDANTIC = {"pydantic", "importlib.metadata", "importlib.resources"}  # the manifest
PARSER = "tree_sitter"  # setup scripts
TYPER = {"dvm.cli.line.app", "inspect"}  # options
VALUES = {"msgspec", "typing_extensions", "inspect"}  # receipts, what limactl prints
HEAVY = {
    *PYDANTIC,
    *VALUES,
    PARSER,
    "deepdiff",
    "rich",
    "yaml",
    "asyncio",
    "logging",
    "concurrent.futures",
    "importlib.metadata",
}
HEAVY |= {"tree_sitter_toml", "jsonschema", "typer.rich_utils", "dvm.simulator", "dvm.execute", "dvm.cli.line.app"}
HEAVY |= {"typing_extensions", "importlib.resources", "inspect"}

# Prints what is imported when limactl's first call begins, then what is when DVM ends or becomes limactl.
_SPY = """
import json, os, subprocess, sys
first = []
def popen(self, *words, _true=subprocess.Popen.__init__, **options):
    first[:] = first or [sorted(sys.modules)]
    _true(self, *words, **options)
def end(*_):
    with open(os.environ["SPY"], "w") as file:
        json.dump([first[0] if first else [], sorted(sys.modules)], file)
    os._exit(0)
subprocess.Popen.__init__ = popen
os.execve = end
from dvm.__main__ import main
try:
    main()
except SystemExit:
    pass
end()
"""


def _imported(dvm: Dvm, *arguments: str) -> tuple[set[str], set[str]]:
    """Return the modules imported when limactl is first started, and at the end."""
    file = dvm.place / "modules.json"
    subprocess.run(
        [sys.executable, "-c", _SPY, *arguments],
        env=dvm.environment | {"SPY": str(file)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    first, last = json.loads(file.read_text())
    return set(first), set(last)


@pytest.fixture
def made(dvm: Dvm) -> Dvm:
    """A DVM whose one VM is as it should be."""
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\nports = ["3000"]\n')
    dvm.script("a.sh", "echo a")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


WHILE_LIMACTL_WORKS = ("ls", "plan", "ssh app -- true", "sh app")


@pytest.mark.parametrize(
    ("words", "needed", "most"),
    [
        ("version", set(), 100),
        ("--help", TYPER, 190),
        ("ls", VALUES, 350),
        ("ssh app -- true", VALUES, 320),
        ("sh app", VALUES, 320),
        # psutil is among them: who serves the declared ports of a running VM (DVM316).
        ("plan", VALUES, 400),
        ("plan --json", VALUES | TYPER, 460),
    ],
)
def test_a_command_imports_what_it_needs(made: Dvm, words: str, needed: set[str], most: int) -> None:
    # The apply kept what it read for all that find it unchanged, and the first session what the receipt agrees with.
    assert made.run("ssh", "app", "--", "true").code == 0
    first, last = _imported(made, *words.split())
    assert last & HEAVY == needed
    assert len(last) <= most, "what was imported anew, and is it needed?"
    if words in WHILE_LIMACTL_WORKS:
        assert first
        assert not first & (HEAVY - VALUES), "limactl works while the models are imported"


def test_a_table_that_changed_is_read_by_pydantic_while_limactl_works(made: Dvm) -> None:
    made.manifest('[vm.app]\nsetup = ["a.sh"]\nports = ["3000"]\ncpus = 3\n')
    first, last = _imported(made, "plan")
    assert last & HEAVY == VALUES | PYDANTIC
    assert first
    assert not first & (HEAVY - VALUES), "limactl works while the models are imported"


def test_what_has_options_imports_the_models_while_limactl_works(made: Dvm) -> None:
    first, _ = _imported(made, "status", "app")
    assert first
    assert not first & (HEAVY - {"dvm.cli.line.app", *VALUES})


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        ("version", []),
        ("--help", []),
        ("plan --offline", [["template", "copy", "--embed-all", "template:fedora", "-"]]),
        ("plan", [["--version"], ["list", "--json"]]),
        ("check", [["--version"], ["list", "--json"]]),
        ("ls", [["--version"], ["list", "--json"]]),
        ("status app", [["--version"], ["list", "--json"]]),
    ],
)
def test_a_look_is_one_call_and_the_version(made: Dvm, words: str, calls: list[list[str]]) -> None:
    assert made.run(*words.split()).code == 0
    assert sorted(made.calls()) == calls


@pytest.mark.parametrize("words", ["sh app", "ssh app -- true"])
def test_a_session_looks_at_its_instance_alone_and_once(made: Dvm, words: str) -> None:
    made.run(*words.split())
    calls = made.calls()
    assert calls[0] == ["list", "--json", "dvm-app"]
    # The login user's connection is made and checked, root's is admitted, made, given its program, and used. A later
    # session makes none.
    assert [call[0] for call in calls] == ["list", *["ssh"] * 6]
    made.forget()
    made.run(*words.split())
    assert [call[0] for call in made.calls()] == ["list", "ssh"]


def test_calls_do_not_grow_with_the_vms(dvm: Dvm) -> None:
    dvm.manifest("running = false\n".join(f"[vm.v{number}]\n" for number in range(6)))
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    assert dvm.run("plan").code == 0
    assert len(dvm.calls()) == 2


@pytest.mark.cold
def test_what_a_mistake_in_the_manifest_cuts_short_is_not_left_running(made: Dvm) -> None:
    made.manifest("[vm.app]\ncpus = 'many'\n")
    faults = made.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["list"], "do": "hang"}]))
    made.record.touch()  # limactl may be ended before it has written anything
    assert made.run("plan", DVM_SIM_FAULTS=str(faults)).code == 1
    begun = [json.loads(line)["pid"] for line in made.record.read_text().splitlines()]
    assert not [pid for pid in begun if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
