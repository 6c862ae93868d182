"""Escapes, newlines and right-to-left marks of others are shown as text, in every form of output."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.conftest import Dvm, Result

HIDDEN = ("\x1b", "\x07", "\r", "\x00", "\u202e", "\u2066", "\u200b", "\u2028", "\x9b")
EVIL = "\x1b]0;owned\x07\x1b[2J\u202eevil\u2066\u2028\u200b\x9b31m"
SHOWN = "\\x1b]0;owned\\x07\\x1b[2J\\u202eevil"
FORMS = [("plan",), ("plan", "--json"), ("plan", "--format", "markdown"), ("check",), ("check", "--json")]


def clean(result: Result) -> Result:
    for character in HIDDEN:
        assert character not in result.out + result.err, repr(character)
    return result


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "true")
    return dvm


def listing(dvm: Dvm, *lines: dict[str, Any]) -> dict[str, str]:
    """Have `limactl list` answer with these lines."""
    faults = dvm.place / "faults.json"
    text = "".join(json.dumps(line) + "\n" for line in lines)
    faults.write_text(json.dumps([{"match": ["list"], "do": "garbage", "stdout": text}]))
    return {"DVM_SIM_FAULTS": str(faults)}


@pytest.mark.parametrize("form", FORMS)
def test_names_of_instances(one: Dvm, form: tuple[str, ...]) -> None:
    lines = [
        {"name": f"dvm-{EVIL}\nvm.app: all is well", "dir": "/l/x", "status": "Running", "config": {"plain": True}},
        {
            "name": "dvm-app",
            "dir": f"/l/{EVIL}",
            "status": EVIL,
            "message": EVIL,
            "config": {"mounts": [{"location": EVIL}]},
        },
    ]
    result = clean(one.run(*form, timeout=60, **listing(one, *lines)))
    assert result.code == 3
    assert "\nvm.app: all is well" not in result.out


@pytest.mark.parametrize("form", FORMS)
def test_names_of_files_and_their_text(one: Dvm, form: tuple[str, ...]) -> None:
    name = f"{EVIL}.sh"
    path = one.script(name, f"echo {EVIL}")
    path.chmod(0o777)
    one.manifest(f"[vm.app]\nsetup = [{json.dumps(name)}]\n".replace("\\u009b", "\\u009B"))
    result = clean(one.run(*form))
    assert result.code == 3
    assert "evil" in result.out
    if "--json" in form:
        assert any(EVIL in check["subject"] or SHOWN in check["subject"] for check in result.json["checks"])
    else:
        assert SHOWN.partition("\\u202e")[0] in result.out.replace("\\\\", "\\")


def test_mistakes_quote_a_manifest_made_safe(one: Dvm) -> None:
    one.manifest(f'[vm.app]\n"cp{EVIL.replace(chr(27), "")}u" = 1\n'.replace("\x07", "").replace("\x9b", ""))
    result = clean(one.run("plan"))
    assert result.code == 1
    assert "\\u202e" in result.err


@pytest.mark.parametrize("arguments", [("apply", "-y"), ("apply", "-y", "--json"), ("sync", "app")])
def test_messages_of_limactl(one: Dvm, arguments: tuple[str, ...]) -> None:
    faults = one.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["create"], "do": "fail", "stderr": f"{EVIL}\nvm.db: destroyed\n"}]))
    result = clean(one.run(*arguments, DVM_SIM_FAULTS=str(faults)))
    assert result.code == 1
    assert "\nvm.db: destroyed" not in result.out + result.err


@pytest.mark.parametrize("arguments", [("apply", "-y"), ("apply", "-y", "--json")])
def test_output_of_scripts(one: Dvm, arguments: tuple[str, ...]) -> None:
    one.script("a.sh", r"# sim: print \x1b]0;owned\x07\x1b[2J\u202eevil\u2028\nError: all is lost", "# sim: exit 3")
    result = clean(one.run(*arguments))
    assert result.code == 1
    assert "evil" in result.out + result.err
    assert "\nError: all is lost" not in result.out + result.err


def test_limactl_that_answers_nonsense(one: Dvm) -> None:
    faults = one.place / "faults.json"
    for text in (f"{EVIL}\n", f'{{"name": "{EVIL}"', "[1]\n"):
        faults.write_text(json.dumps([{"match": ["list"], "do": "garbage", "stdout": text}]))
        result = clean(one.run("plan", DVM_SIM_FAULTS=str(faults)))
        assert result.code == 1


def test_names_on_the_command_line(one: Dvm) -> None:
    for command in (("plan", EVIL), ("check", EVIL), ("explain", EVIL), ("plan", "-f", f"/{EVIL}"), (EVIL,)):
        assert clean(one.run(*(word.replace("\x00", "") for word in command))).code in {1, 64}


def test_names_of_copied_directories(one: Dvm) -> None:
    """A cloned repository names its directories as it likes."""
    directory = one.place / EVIL.replace("/", "")
    directory.mkdir()
    os.mkfifo(directory / "pipe")
    result = clean(one.run("run", "--cp", str(directory), "--discard-work", "--", "true"))
    assert "Left out of" in result.err
    assert SHOWN in result.err


def test_what_describes_an_archive(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    assert one.run("backup", "app", "a.tar").code == 0
    about = one.place / "a.tar.json"
    described = json.loads(about.read_text())
    described["vm"]["name"] = EVIL
    about.write_text(json.dumps(described))
    result = clean(one.run("restore", "a.tar", "app"))
    assert result.code == 0, result.err
    assert SHOWN in result.out
