"""Completion of VM names: the question as each shell asks it, in the shells themselves where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from typer._completion_shared import get_completion_script

from dvm.cli.line.completion import answer
from tests.conftest import Dvm, Result

BROKEN = {"no toml": b"[vm.", "deep": b"a = " + b"[" * 5000, "bytes": b"\xff\xfe", "odd": b"vm = 3\n"}


@pytest.fixture
def three(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n[vm.api]\n[vm.db]\n")
    (dvm.lima_home / "dvm-apt").mkdir()
    program = dvm.place / "bin" / "dvm"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m dvm "$@"\n')
    program.chmod(0o755)
    # No limactl at all: it is not asked.
    dvm.environment |= {"PATH": f"{program.parent}:/usr/bin:/bin", "DVM_LIMACTL": "/nowhere", "TERM": "dumb"}
    return dvm


def script(dvm: Dvm, shell: str) -> Path:
    path = dvm.place / f"complete.{shell}"
    path.write_text(get_completion_script(prog_name="dvm", complete_var="_DVM_COMPLETE", shell=shell) + "\n")
    return path


def bash(line: str) -> dict[str, str]:
    words = line.split(" ")
    return {"_DVM_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}


def other(shell: str, line: str, action: str = "get-args") -> dict[str, str]:
    asked = {"_DVM_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    return asked | ({"_TYPER_COMPLETE_FISH_ACTION": action} if shell == "fish" else {})


def ask(dvm: Dvm, asked: dict[str, str]) -> Result:
    before, dvm.environment = dvm.environment, dvm.environment | asked
    try:
        return dvm.run()
    finally:
        dvm.environment = before


@pytest.mark.parametrize("line", ["dvm start a", "dvm ssh a", "dvm stop db a", "dvm apply a"])
def test_each_shell_gets_the_names(three: Dvm, line: str) -> None:
    assert ask(three, bash(line)).out == "api\napp\napt\n"
    assert ask(three, other("zsh", line)).out == '_arguments \'*: :(("api"\n"app"\n"apt"))\'\n'
    assert ask(three, other("fish", line)).out == "api\napp\napt\n"
    assert ask(three, other("fish", line, "is-args")).code == 0
    assert ask(three, other("fish", "dvm sh zz", "is-args")).code == 1
    assert ask(three, other("zsh", "dvm sh zz")).out == "_files\n"
    assert three.calls() == []


def test_names_that_are_given_are_not_offered_again(three: Dvm) -> None:
    assert ask(three, bash("dvm start app a")).out == "api\napt\n"
    assert ask(three, bash("dvm start ")).out == "api\napp\napt\ndb\n"


def test_the_rest_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (
        "dvm st",
        "dvm ",
        "dvm",
        "dvm start -",
        "dvm start -f x a",
        "dvm start 'a",
        "dvm sh app x",
        "dvm ls a",
    ):
        assert answer(bash(line)) is None, line
    for environment in ({"_DVM_COMPLETE": "complete_powershell"}, {"_DVM_COMPLETE": "source_bash"}):
        assert answer(environment) is None
    assert answer(bash("dvm start a") | {"COMP_CWORD": "x"}) is None
    assert answer(bash("dvm start a") | {"COMP_CWORD": "9"}) is None


def test_both_sides_of_a_copy_are_offered(three: Dvm) -> None:
    (three.place / "db dump").touch()
    (three.place / "data").mkdir()
    (three.place / "app.tar").touch()
    assert ask(three, bash("dvm cp a")).out == "app.tar\napi:\napi:~/\napp:\napp:~/\napt:\napt:~/\n"
    assert ask(three, bash("dvm cp x d")).out == "data/\ndb:\ndb:~/\n"
    assert ask(three, other("zsh", "dvm cp d")).out == '_arguments \'*: :(("data/"\n"db\\:"\n"db\\:~/"))\'\n'
    for line in ("dvm cp app:s", "dvm cp app : s", "dvm cp ./d"):
        assert answer(bash(line)) is None, line


def test_codes_of_checks_are_offered(three: Dvm) -> None:
    assert "DVM301" in ask(three, bash("dvm explain DVM3")).out.split()
    assert ask(three, bash("dvm explain dvm40")).out.split() == ["dvm401", "dvm402"]


def test_a_command_is_completed_by_typer(three: Dvm) -> None:
    assert ask(three, bash("dvm st")).out.split() == ["status", "start", "stop"]


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_leaves_the_line_alone(three: Dvm, content: bytes) -> None:
    (three.config / "dvm.toml").write_bytes(content)
    result = ask(three, bash("dvm start a"))
    assert (result.code, result.out, result.err) == (0, "apt\n", "")


def test_a_pipe_in_place_of_the_manifest_is_not_waited_for(three: Dvm) -> None:
    (three.config / "dvm.toml").unlink()
    os.mkfifo(three.config / "dvm.toml")
    begun = time.monotonic()
    assert ask(three, bash("dvm start a")).out == "apt\n"
    assert time.monotonic() - begun < 20


def test_an_error_of_typer_is_not_told_on_the_line(three: Dvm) -> None:
    result = ask(three, bash("dvm start --lock-timeout "))
    assert result.err == ""
    result = ask(three, bash("dvm nonsense a"))
    assert result.err == ""


def test_a_name_takes_little_of_the_processor(three: Dvm) -> None:
    """The aim is 100 ms; machines that run tests are shared, so it is the processor's time that counts."""
    code = "import os, resource, sys; sys.argv = ['dvm']\ntry:\n import dvm.__main__ as m; m.main()\nexcept SystemExit: pass\n"
    code += "u = resource.getrusage(resource.RUSAGE_SELF); open(sys.argv[0] + '.t', 'w').write(str(u.ru_utime + u.ru_stime))"
    times = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", code], env=three.environment | bash("dvm start a"), cwd=three.place, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        assert done.stdout == "api\napp\napt\n"
        times.append(float((three.place / "dvm.t").read_text()))
    assert min(times) < 0.1


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_in_bash(three: Dvm) -> None:
    words = "COMP_WORDS=(dvm start a); COMP_CWORD=2; _dvm_completion dvm; echo ${COMPREPLY[@]}"
    done = subprocess.run(
        ["bash", "--norc", "-c", f"source {script(three, 'bash')}; {words}"],
        env=three.environment, capture_output=True, text=True, check=True, cwd=three.place,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("api app apt\n", "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_in_fish(three: Dvm) -> None:
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script(three, 'fish')}; complete -C 'dvm start a'"],
        env=three.environment, capture_output=True, text=True, check=True, cwd=three.place,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["api", "app", "apt"], "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_in_zsh(three: Dvm) -> None:
    zsh = pexpect.spawn(
        "zsh", ["-f"], env=three.environment | {"PS1": "> "}, cwd=three.place, encoding="utf-8", timeout=30
    )
    zsh.sendline("autoload -Uz compinit; compinit -u -D; setopt nobeep auto_list")
    zsh.sendline(f"source {script(three, 'zsh')}; echo ready-$((1 + 1))")
    zsh.expect("ready-2")
    zsh.send("dvm start d\t")
    zsh.expect("dvm start db ")
    zsh.send("\x15dvm start a\t\t")
    zsh.expect("api +app +apt")
    zsh.close(force=True)
