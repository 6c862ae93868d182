"""`dvm review`, dvm.lock and require_review."""

from __future__ import annotations

import hashlib
import json
import stat
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pexpect
import pytest

from tests.conftest import ROOT, Dvm

SCHEMA = json.loads((ROOT / "schemas" / "lock.schema.json").read_text())
SETTINGS = "[settings]\nrequire_review = true\n"


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest(f'{SETTINGS}[vm.app]\nsetup = ["setup/a.sh"]\n')
    dvm.script("setup/a.sh", "echo first")
    return dvm


def lock(dvm: Dvm) -> dict[str, Any]:
    value = tomllib.loads((dvm.config / "dvm.lock").read_text())
    jsonschema.validate(value, SCHEMA)
    return value


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def terminal(dvm: Dvm, *arguments: str) -> Any:
    return pexpect.spawn(
        sys.executable, ["-m", "dvm", *arguments], env=dvm.environment, cwd=str(dvm.place), timeout=30, encoding="utf-8"
    )


def test_nothing_runs_that_was_not_agreed_to(one: Dvm) -> None:
    for command in (("plan",), ("check",), ("apply", "-y"), ("sync", "app")):
        result = one.run(*command)
        assert result.code == 3, command
        assert "DVM108" in result.out + result.err
        assert "dvm review" in result.out + result.err
    assert one.calls(changing=True) == []
    assert one.run("review", "--yes").code == 0
    assert one.run("apply", "-y").code == 0
    one.forget()
    one.script("setup/a.sh", "echo second")
    assert one.run("apply", "-y").code == 3
    assert one.calls(changing=True) == []


def test_the_lock(one: Dvm) -> None:
    one.write("vms/db/vm.toml", 'setup = ["db.sh", "../../setup/a.sh"]\n')
    one.script("vms/db/db.sh", "echo db")
    assert one.run("review", "--yes").code == 0
    path = one.config / "dvm.lock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    scripts = lock(one)["scripts"]
    assert scripts["setup/a.sh"] == sha256(one.config / "setup/a.sh")
    assert scripts["vms/db/db.sh"] == sha256(one.config / "vms/db/db.sh")
    assert list(scripts) == sorted(scripts)
    text = path.read_bytes()
    again = one.run("review")
    assert again.code == 0
    assert "Nothing to review" in again.out
    assert path.read_bytes() == text
    assert one.run("plan").code == 0


def test_a_script_that_left_the_manifest_leaves_the_lock(one: Dvm) -> None:
    one.script("setup/b.sh", "echo b")
    one.manifest(f'{SETTINGS}[vm.app]\nsetup = ["setup/a.sh", "setup/b.sh"]\n')
    one.run("review", "--yes")
    one.manifest(f'{SETTINGS}[vm.app]\nsetup = ["setup/b.sh"]\n')
    reviewed = one.run("review")
    assert reviewed.code == 0
    assert "setup/a.sh left it: no VM of this manifest has it." in reviewed.out
    assert list(lock(one)["scripts"]) == ["setup/b.sh"]


def test_the_whole_text_is_shown_when_it_is_new_and_the_change_where_it_ran(one: Dvm) -> None:
    shown = one.run("review", "--yes").out
    assert "setup/a.sh is new" in shown
    assert "| set -Eeuo pipefail" in shown
    assert "vm.app as admin" in shown
    assert one.run("apply", "-y").code == 0
    one.script("setup/a.sh", "echo second")
    changed = one.run("review", "--yes").out
    assert "changed since it was approved" in changed
    assert "| -echo first" in changed
    assert "| +echo second" in changed
    assert "| #!/usr/bin" not in changed.replace("|  #!", "")
    one.script("setup/a.sh", "echo third")
    never_ran = one.run("review", "--yes").out
    assert "| echo third" in never_ran


def test_a_receipt_cannot_pass_other_text_for_what_was_agreed_to(one: Dvm) -> None:
    one.run("review", "--yes")
    one.run("apply", "-y")
    place = one.lima_home / "dvm-app" / "dvm.json"
    place.write_text(place.read_text().replace("echo first", "echo forged"))
    one.script("setup/a.sh", "echo forged")
    shown = one.run("review", "--yes").out
    assert "| echo forged" in shown
    assert "is not at hand" in shown


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("y", 1), ("", 1), ("YES", 1), ("no", 1)])
def test_only_yes_is_yes(one: Dvm, answer: str, code: int) -> None:
    child = terminal(one, "review")
    child.expect("Enter a value: ")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert ("1 script not approved" in child.before) is (code == 1)
    assert (one.config / "dvm.lock").exists() is (code == 0)


def test_each_script_is_asked_about(one: Dvm) -> None:
    one.script("setup/b.sh", "echo b")
    one.manifest(f'{SETTINGS}[vm.app]\nsetup = ["setup/a.sh", "setup/b.sh"]\n')
    child = terminal(one, "review")
    for name, answer in (("a.sh", "no"), ("b.sh", "yes")):
        child.expect(f"approve setup/{name}")
        child.expect("Enter a value: ")
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert list(lock(one)["scripts"]) == ["setup/b.sh"]


def test_without_a_terminal_nothing_is_written(one: Dvm) -> None:
    result = one.run("review")
    assert result.code == 64
    assert "--yes" in result.err
    assert not (one.config / "dvm.lock").exists()


def test_the_bytes_that_were_shown_are_those_agreed_to(one: Dvm) -> None:
    shown = sha256(one.config / "setup/a.sh")
    child = terminal(one, "review")
    child.expect("Enter a value: ")
    one.script("setup/a.sh", "echo swapped")
    child.sendline("yes")
    child.expect(pexpect.EOF)
    assert lock(one)["scripts"] == {"setup/a.sh": shown}
    assert one.run("apply", "-y").code == 3
    assert one.calls(changing=True) == []


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_lock_that_others_can_write_is_refused(one: Dvm, mode: int) -> None:
    one.run("review", "--yes")
    (one.config / "dvm.lock").chmod(mode)
    one.script("setup/a.sh", "echo second")
    result = one.run("apply", "-y")
    assert result.code == 3
    assert "DVM102" in result.out + result.err
    assert "dvm.lock" in result.out + result.err
    assert one.run("review", "--yes").code == 3


@pytest.mark.parametrize("text", ["version = 2\n", "[scripts]\n'a.sh' = 'abc'\n", "not toml", "version = 1\nx = 1\n"])
def test_a_lock_that_is_none(one: Dvm, text: str) -> None:
    one.write("dvm.lock", text)
    for command in (("plan",), ("review", "--yes")):
        result = one.run(*command)
        assert result.code == 1
        assert "dvm.lock" in result.err


def test_a_lock_that_is_a_link_stays_one(one: Dvm) -> None:
    real = one.place / "dotfiles" / "dvm.lock"
    real.parent.mkdir(mode=0o700)
    real.write_text("version = 1\n")
    (one.config / "dvm.lock").symlink_to(real)
    assert one.run("review", "--yes").code == 0
    assert (one.config / "dvm.lock").is_symlink()
    assert "setup/a.sh" in real.read_text()
    assert one.run("plan").code == 0


def test_scripts_that_others_can_write_are_not_agreed_to(one: Dvm) -> None:
    (one.config / "setup" / "a.sh").chmod(0o666)
    assert one.run("review", "--yes").code == 3
    assert not (one.config / "dvm.lock").exists()


def test_nothing_hidden_is_shown_raw(one: Dvm) -> None:
    one.script("setup/a.sh", "echo \x1b[2J\u202e # ok")
    shown = one.run("review", "--yes").out
    assert "\\x1b[2J\\u202e" in shown
    assert "\x1b" not in shown


def test_without_the_setting_nobody_has_to_agree(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "echo a")
    assert dvm.run("plan").code == 0
    assert dvm.run("review", "--yes").code == 0
    assert dvm.run("plan").code == 0
