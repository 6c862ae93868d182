"""Protect, delete, clone, rename, reset; and what a stopped instance answers."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.contract.subject import Lima


def test_a_protected_one_is_not_deleted_even_by_force(lima: Lima) -> None:
    lima.create("a", "--plain")
    assert "Protected `a`" in lima.ok("protect", "a").err
    assert "Instance `a` is already protected. Skipping." in lima.ok("protect", "a").err
    assert lima.line("a")["protected"] is True
    for force in ((), ("-f",)):
        assert "instance is protected to prohibit accidental removal" in lima.refused("delete", *force, "a")
    assert "instance is protected to prohibit accidental factory-reset" in lima.refused("factory-reset", "a")
    assert "Unprotected `a`" in lima.ok("unprotect", "a").err
    assert "Instance `a` isn't protected. Skipping." in lima.ok("unprotect", "a").err
    assert f"Deleted `a` (`{lima.home}/a`)" in lima.ok("delete", "a").err
    assert not (lima.home / "a").exists()


@pytest.mark.parametrize("command", ["protect", "unprotect"])
def test_protecting_what_is_not_there(lima: Lima, command: str) -> None:
    lima.create("a", "--plain")
    err = lima.refused(command, "nosuch", "a")
    assert f"failed to inspect instance `nosuch`: open {lima.home}/nosuch/lima.yaml: no such file" in err
    assert lima.line("a")["protected"] is (command == "protect")


def test_deleting_what_is_not_there_is_no_error(lima: Lima) -> None:
    assert "Ignoring non-existent instance `nosuch`" in lima.ok("delete", "--tty=false", "nosuch").err
    assert "Ignoring non-existent instance `nosuch`" in lima.ok("delete", "-f", "nosuch").err


def test_a_directory_without_lima_yaml_is_not_deleted_even_by_force(lima: Lima) -> None:
    (lima.home / "zz").mkdir(parents=True)
    for force in ((), ("-f",)):
        assert "exists but its `lima.yaml` could not be read; it was NOT deleted" in lima.refused(
            "delete", *force, "zz"
        )
    assert "instance `zz` not found" in lima.refused("edit", "--tty=false", "zz", "--cpus=1")
    assert "instance `zz` does not exist" in lima.refused("shell", "zz", "true")
    assert (lima.home / "zz").exists()


def test_one_without_status_is_deleted_only_by_force(lima: Lima) -> None:
    lima.create("a", "--plain")
    (lima.home / "a" / "lima.yaml").write_text("a: [")
    assert "failed to delete instance `a`: expected status `Stopped`, got ``" in lima.refused("delete", "a")
    assert "expected status `Running`, got `` (maybe use `limactl stop -f`?)" in lima.refused("stop", "a")
    assert "instance `a` has no configuration" in lima.refused("shell", "a", "true")
    assert "has configuration errors" in lima.refused("start", "--tty=false", "a")
    lima.ok("delete", "-f", "a")
    assert not (lima.home / "a").exists()


def test_a_clone_takes_unknown_files_along(lima: Lima) -> None:
    lima.create("a", "--plain", "--cpus=2")
    (lima.home / "a" / "dvm.json").write_text("{}")
    lima.ok("protect", "a")
    answer = lima.ok("clone", "--tty=false", "a", "b", "--cpus=1")
    assert answer.out == ""
    assert (lima.home / "b" / "dvm.json").read_text() == "{}"
    assert (lima.line("a")["cpus"], lima.line("b")["cpus"]) == (2, 1)
    assert lima.line("b")["protected"] is False


def test_a_rename_takes_unknown_files_along(lima: Lima) -> None:
    lima.create("a", "--plain")
    old, new = lima.home / "a", lima.home / "b"
    (old / "dvm.json").write_text("{}")
    for name in ("x.tmp", "x.pid", "x.sock", "vz-identifier"):
        (old / name).write_text("x")
    inode = (old / "lima.yaml").stat().st_ino
    lima.ok("rename", "--tty=false", "a", "b")
    assert lima.ok("list", "-q").out == "b\n"
    assert (new / "dvm.json").exists()
    assert not [path.name for path in new.iterdir() if path.name.startswith("x.")]
    assert (new / "vz-identifier").read_text() == ""
    assert (new / "lima.yaml").stat().st_ino == inode, "moved, not copied"


def test_a_rename_drops_the_protection(lima: Lima) -> None:
    lima.create("a", "--plain")
    lima.ok("protect", "a")
    lima.ok("rename", "--tty=false", "a", "b")
    assert lima.line("b")["protected"] is False


def test_a_directory_tears_a_rename_apart(lima: Lima) -> None:
    for name in ("a", "c", "e"):
        lima.create(name, "--plain")
    for place in ("a/sub", "c/swtpm"):
        (lima.home / place).mkdir()
        (lima.home / place / "f").touch()
    assert f"rename {lima.home}/a/sub/f {lima.home}/b/sub/f: permission denied" in lima.refused("rename", "a", "b")
    assert (lima.home / "b" / "lima.yaml").exists()
    assert not (lima.home / "a" / "lima.yaml").exists()
    assert (lima.home / "b" / "sub").stat().st_mode & 0o777 == 0
    assert "exists but its `lima.yaml` could not be read" in lima.refused("delete", "-f", "a")
    assert "no such file or directory" in lima.refused("rename", "c", "d")
    (lima.home / "e" / "empty").mkdir()
    lima.ok("rename", "e", "f")
    assert not (lima.home / "e").exists()


def test_what_a_rename_refuses(lima: Lima) -> None:
    lima.create("a", "--plain")
    lima.create("b", "--plain")
    assert "instance `nosuch` not found" in lima.refused("rename", "nosuch", "c")
    assert "instance `b` already exists" in lima.refused("rename", "a", "b")
    assert "must be different from `a`" in lima.refused("rename", "a", "a")
    assert lima.line("b")["hostname"] == "lima-b"


@pytest.mark.parametrize("command", ["clone", "rename"])
def test_what_cannot_be_cloned_or_renamed(lima: Lima, command: str) -> None:
    lima.create("a", "--plain")
    lima.create("b", "--plain")
    assert "instance `nosuch` not found" in lima.refused(command, "nosuch", "c")
    assert "instance `b` already exists" in lima.refused(command, "a", "b")
    assert "new instance name `a` must be different from `a`" in lima.refused(command, "a", "a")
    assert "is not a valid identifier" in lima.refused(command, "a", "c d")
    assert "got empty instName" in lima.refused(command, "a", "")
    assert lima.ok("list", "-q").out == "a\nb\n"


def test_a_factory_reset_keeps_little(lima: Lima) -> None:
    lima.create("a", "--plain")
    for name in ("dvm.json", "mine.yaml", "vz-identifier"):
        (lima.home / "a" / name).touch()
    err = lima.ok("factory-reset", "a").err
    assert f"Removing `{lima.home}/a/dvm.json`" in err
    assert "Instance `a` has been factory reset" in err
    left = {entry.name for entry in (lima.home / "a").iterdir()} - {"cloud-config.yaml"}
    assert left == {"lima.yaml", "lima-version", "mine.yaml", "vz-identifier"}
    assert lima.line("a")["status"] == "Stopped"
    assert "Instance `nosuch` not found" in lima.ok("factory-reset", "nosuch").err


def test_what_a_stopped_one_answers(lima: Lima) -> None:
    lima.create("a", "--plain")
    expected = "expected status `Running`, got `Stopped` (maybe use `limactl stop -f`?)"
    assert expected in lima.refused("stop", "a")
    stopped = "instance `a` is stopped, run `limactl start a` to start the instance"
    assert stopped in lima.refused("shell", "a", "--", "true")
    assert stopped in lima.refused("shell", "--workdir", "/", "a", "true")
    assert stopped in lima.refused("copy", lima.template, "a:/tmp/x")


@pytest.mark.parametrize("file", ["ha.pid", "qemu.pid"])
@pytest.mark.parametrize("command", [("stop", "-f", "a"), ("delete", "-f", "a")])
def test_a_stale_pid_file_has_another_program_killed(lima: Lima, file: str, command: tuple[str, ...]) -> None:
    # What DVM guards against: it clears such files before it calls limactl.
    lima.create("a", "--plain")
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (lima.home / "a" / file).write_text(f"{stranger.pid}\n")
        assert lima.line("a")["status"] == "Broken"
        lima.ok(*command)
        assert stranger.wait(10) == -signal.SIGKILL


def test_a_pid_file_that_names_no_process_is_removed_by_a_look(lima: Lima) -> None:
    lima.create("a", "--plain")
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    (lima.home / "a" / "ha.pid").write_text(f"{ended.pid}\n")
    assert lima.line("a")["status"] == "Stopped"
    assert not (lima.home / "a" / "ha.pid").exists()


def test_stopping_by_force_works_in_any_state(lima: Lima) -> None:
    lima.create("a", "--plain")
    (lima.home / "a" / "x.pid.tmp").touch()
    err = lima.ok("stop", "-f", "a").err
    assert "The qemu driver process seems already stopped" in err
    assert "The host agent process seems already stopped" in err
    assert f"Removing `{lima.home}/a/x.pid.tmp`" in err
    assert not (lima.home / "a" / "x.pid.tmp").exists()


def test_what_is_not_there(lima: Lima) -> None:
    missing = f"open {lima.home}/nosuch/lima.yaml: no such file or directory"
    assert missing in lima.refused("stop", "nosuch")
    assert "instance `nosuch` does not exist, run `limactl create nosuch`" in lima.refused("shell", "nosuch", "true")
    assert "instance `nosuch` does not exist, run `limactl create nosuch`" in lima.refused(
        "copy", lima.template, "nosuch:/tmp/x"
    )
    assert "requires instance name as first argument" in lima.refused("shell")
