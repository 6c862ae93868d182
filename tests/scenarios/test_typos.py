"""A mistake in one VM's file locks nobody out of VMs that exist; what changes VMs still needs a whole manifest."""

from __future__ import annotations

import os

import pytest

from tests.conftest import Dvm

TYPOS = {
    "key": ("vms/bad/vm.toml", "cpu = 2\n"),
    "value": ("vms/bad/vm.toml", 'cpus = "many"\n'),
    "not TOML": ("vms/bad/vm.toml", "cpus = = 2\n"),
    "script": ("vms/bad/vm.toml", 'setup = ["nowhere.sh"]\n'),
    "defaults": ("dvm.toml", 'version = 1\n[defaults]\nmemry = "2GiB"\n[vm.good]\n'),
    "settings": ("dvm.toml", "version = 1\n[settings]\nparalelism = 2\n[vm.good]\n"),
    "dvm.toml": ("dvm.toml", "version = = 1\n[vm.good]\n"),
    "version": ("dvm.toml", "version = 7\n[vm.good]\n"),
    "table": ("dvm.toml", "version = 1\n[vmm.good]\n"),
    "tables": ("dvm.toml", "version = 1\nvm = 3\n"),
    "name": ("dvm.toml", "version = 1\n[vm.Good]\n"),
}


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.good]\n")
    dvm.write("vms/bad/vm.toml", "cpus = 2\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


@pytest.mark.parametrize("typo", TYPOS)
def test_a_typo_locks_nobody_out(two: Dvm, typo: str) -> None:
    two.write(*TYPOS[typo])
    rows = two.run("ls", "--json")
    assert rows.code == 0
    assert {row["name"]: row["management"] for row in rows.json["vms"]} == {"good": "managed", "bad": "managed"}
    for line in ("ls", "status bad", "ssh-config good"):
        result = two.run(*line.split())
        assert result.code == 0, (line, result.err)
        assert len(result.err.splitlines()) == 1, result.err
        assert result.err.startswith("Warning: The manifest has ")
    for line in ("plan", "apply -y", "sync good", "start good", "rm bad --yes --config"):
        assert two.run(*line.split()).code == 1, line
    assert two.calls(changing=True) == []
    assert two.run("stop", "good").code == 0
    assert two.run("rm", "bad", "--yes", "--discard-work").code == 0
    assert not (two.lima_home / "dvm-bad").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_locks_nobody_out(two: Dvm) -> None:
    two.write("vms/bad/vm.toml", "cpus = 2\n")
    (two.config / "vms" / "bad" / "vm.toml").chmod(0)
    for line in ("ls", "status bad", "stop good"):
        result = two.run(*line.split())
        assert (result.code, result.err.count("Warning: ")) == (0, 1), (line, result.err)
    refused = two.run("plan")
    assert (refused.code, "may not be read" in refused.err) == (1, True), refused.err


@pytest.mark.parametrize("typo", TYPOS)
def test_stop_of_what_is_declared_leaves_none_out_in_silence(two: Dvm, typo: str) -> None:
    two.write(*TYPOS[typo])
    result = two.run("stop", "--all", "--only-config")
    stopped = len([call for call in two.calls(changing=True) if "stop" in call])
    assert (result.code, stopped) in {(0, 2), (1, 0)}, result.out + result.err
    assert (result.code == 1) == (typo in {"dvm.toml", "table", "tables", "name"}), result.err


def test_a_vm_that_is_declared_with_a_mistake_is_not_said_to_be_none(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\nmemroy = 1\n")
    for words in (
        ["status", "app"],
        ["ssh", "app", "true"],
        ["rm", "app", "--yes"],
        ["verify", "app"],
        ["stop", "app"],
    ):
        result = dvm.run(*words)
        said = "vm.app is not created yet, and its declaration has a mistake.\n\n  dvm validate\n"
        assert (result.code, said in result.err) == (1, True), result.err


def test_sessions_go_on_too(two: Dvm) -> None:
    two.write(*TYPOS["not TOML"])
    for vm in ("good", "bad"):
        result = two.run("key", vm)
        assert result.code == 0, result.err
        assert result.err.count("Warning: ") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sudo = True", "write true or false in lower case"),
        ("sudo = yes", "write true or false in lower case"),
        ("memory = 4096", 'as in "4096MiB"'),
        ("memory = 8", 'as in "8GiB"'),
        ('setup = ["apt update"]', "put commands into a file"),
        ('template = "github:lima-vm"', "changes whenever its repository does"),
    ],
)
def test_a_habit_is_answered_with_what_is_right(dvm: Dvm, line: str, said: str) -> None:
    dvm.manifest(f"[vm.app]\n{line}\n")
    assert said in " ".join(dvm.run("validate").err.split())


@pytest.mark.parametrize("command", ["rm", "start", "stop", "sync"])
def test_f_is_the_manifest_and_forces_nothing(dvm: Dvm, command: str) -> None:
    said = dvm.run(command, "-f", "app")
    assert (said.code, "-f app names the manifest" in said.err) == (64, True)
    assert "names the manifest" not in dvm.run(command, "-f", "app.toml").err


def test_a_remedy_names_the_manifest_that_was_named(dvm: Dvm) -> None:
    path = dvm.write("my place/dvm.toml", "version = 1\n[vm.app]\n")
    for named in (["-f", str(path)], [f"-f{path}"], [f"--manifest={path}"]):
        assert f"dvm apply app -f '{path}'" in dvm.run("start", "app", *named).err
    assert f"dvm rm app --config -f '{path}'" in dvm.run("rm", "app", "-yf", str(path)).err
