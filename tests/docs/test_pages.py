"""Whoever does what README and docs/ say, in order, sees what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dvm.cli.commands import COMMANDS as LISTED
from dvm.cli.line.app import load
from tests.conftest import ROOT
from tests.docs.blocks import LANGUAGES, Block, blocks
from tests.docs.scenario import Reader, pages

# They tell what was measured, by commands that take minutes or boot VMs.
RECORDS = {"docs/mutants.md", "docs/performance.md", "docs/verification.md"}
FOLLOWED = [page for page in pages() if str(page.relative_to(ROOT)) not in RECORDS]
PAGES = [page for page in FOLLOWED if any(block.language in LANGUAGES - {"console", "text"} for block in blocks(page))]
COMMANDS: dict[str, Any] = {listed.name: load(listed) for listed in LISTED}

# Why a `console` block's command is not run here, by its program. What nothing uses any more has to go.
NOT_RUN = {
    "brew": "installs software on macOS",
    "chezmoi": "is not among what tests need",
    "curl": "needs the network",
    "gh": "needs an account",
    "make": "installs what the checkout needs",
    "sha256sum": "of what curl would have fetched",
    "sops": "is not among what tests need",
    "ssh": "the simulator's guest has no sshd",
    "stow": "is not among what tests need",
    "sudo": "changes the machine",
    "uv": "installs DVM",
}
# The same for dvm, by its command.
DVM_NOT_RUN = {
    "--install-completion": "writes into the shell's own files",
    "doctor": "says what this very machine has",
    "key": "goes into gh",
    "run": "clones from the network",
    "sh": "opens a shell",
    "ssh": "starts a program that the simulator's guest has not",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_says(page: Path, place: Path) -> None:
    # Such a page says how to get at the simulator: nothing of that may be there already.
    named = re.search(r"^export DVM_LIMACTL=", page.read_text(), re.MULTILINE) is not None
    reader, wrong = Reader(place, simulator=not named), list[str]()
    for block in blocks(page):
        try:
            reader.follow(block)
        except (AssertionError, ValueError) as error:
            wrong.append(f"{page.relative_to(ROOT)}:{block.line}: {error}")
    reader.check_files()
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_says_what_it_is(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{page.name}:{block.line}"
        if block.language == "toml":
            assert block.file is not None, f"{page.name}:{block.line}: the first line names the file"
        if block.language == "console":
            assert block.commands, f"{page.name}:{block.line}: a command has a prompt before it"
    # What is indented is no block that a test can tell from text; the usage lines of commands.md are made by code.
    if page.name != "commands.md":
        text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        assert re.findall(r"\n\n {4}\S.*", re.sub(r"^ *(?:[-*]|\d+\.) .*", "", text, flags=re.MULTILINE)) == []


def consoles() -> list[tuple[Path, Block]]:
    return [(page, block) for page in FOLLOWED for block in blocks(page) if block.language == "console"]


def test_what_is_not_run_says_why_and_nothing_more_is_left_out() -> None:
    used: set[str] = set()
    for page, block in consoles():
        for prompt, command in block.commands:
            for program, arguments in calls(command) if prompt == "$" else ():
                where = f"{page.name}:{block.line}: {command}"
                key = f"dvm {arguments[0]}" if program == "dvm" else program
                used.add(key)
                assert program in NOT_RUN or (program == "dvm" and arguments[0] in DVM_NOT_RUN), where
    assert used == {*NOT_RUN, *(f"dvm {command}" for command in DVM_NOT_RUN)}, "what is not used has to go"


def test_what_is_not_run_is_bash_and_calls_dvm_as_it_is() -> None:
    for page, block in consoles():
        for prompt, command in block.commands:
            done = subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True, check=False)
            assert done.returncode == 0, f"{page.name}:{block.line}: {done.stderr}"
            for program, arguments in calls(command) if prompt == "$" else ():
                if program == "dvm" and not arguments[0].startswith("--"):
                    COMMANDS[arguments[0]].make_context(arguments[0], arguments[1:])


def calls(line: str) -> list[tuple[str, list[str]]]:
    """Return program and arguments of each command of a line of pipes, without variables in front."""
    words = shlex.split(re.sub(r'"\$\([^)]*\)"', "VALUE", line), comments=True)
    found: list[tuple[str, list[str]]] = []
    for word in [*words, "|"]:
        if not found or word in {"|", "&&"}:
            found.append(("", []))
        if word in {"|", "&&"} or (not found[-1][0] and re.match(r"\w+=", word)):
            continue
        program, arguments = found[-1]
        found[-1] = (program, [*arguments, word]) if program else (word, [])
    return [call for call in found if call[0]]


@cache
def options_of(command: str) -> frozenset[str]:
    return frozenset(option for param in COMMANDS[command].params for option in param.opts) | {"--help"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_a_sentence_names_is_one(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`dvm ([^`]+)`", text):
        command, *rest = code.replace("\\|", "|").split()
        if command in {"--help", "--install-completion", "COMMAND", "VM", "NAME"}:
            continue
        assert command in COMMANDS, f"{page.name}: dvm {code}"
        asked = {
            word.split("=")[0] for word in rest[: rest.index("--") if "--" in rest else None] if word.startswith("--")
        }
        assert asked <= options_of(command), f"{page.name}: dvm {code}"


@pytest.mark.parametrize("name", ["README.md", *sorted(RECORDS)])
def test_targets_of_make_are_there(name: str) -> None:
    if not (ROOT / name).exists():
        pytest.skip("is written by `make bench`")
    named = re.findall(r"^(?: {4}|\$ )?(?:[A-Z_]+=\S+ )*make ([\w-]+)", (ROOT / name).read_text(), re.MULTILINE)
    assert set(named) <= set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
