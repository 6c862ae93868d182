"""dvm run: a VM for one session, of which nothing is left, or what is left is known."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.conftest import ROOT, Dvm, Result
from tests.scenarios.test_faults import faulty

MANIFEST = """
[defaults]
setup = ["d.sh"]
protect = true
[base.node]
setup = ["b.sh"]
image = false
[vm.db]
[vm.app]
ports = ["3000"]
depends_on = ["db"]
user = "coder"
setup = ["a.sh"]
"""


@pytest.fixture
def made(dvm: Dvm) -> Dvm:
    dvm.manifest(MANIFEST)
    for name in ("a", "b", "d"):
        dvm.script(f"{name}.sh", f"echo {name}")
    return dvm


def instances(dvm: Dvm) -> list[str]:
    return sorted(path.name for path in dvm.lima_home.glob("dvm-*"))


def left(dvm: Dvm) -> list[dict[str, Any]]:
    """Return the throwaway VMs that `dvm ls` shows."""
    rows = dvm.run("ls", "--json").json["vms"]
    return [row for row in rows if row["management"] == "ephemeral"]


def nothing_is_left(dvm: Dvm) -> None:
    assert instances(dvm) == []
    assert [path.name for path in dvm.state.iterdir() if path.name.startswith("run-")] == []
    assert [path.name for path in (dvm.state / "ssh").glob("*") if path.suffix in {".known", ".lock"}] == []
    assert left(dvm) == []


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def created(dvm: Dvm) -> str:
    """Return the name of the one VM that was created."""
    (name,) = [word for call in dvm.calls() if call[0] == "create" for word in call if word.startswith("--name=")]
    return name.removeprefix("--name=dvm-")


def test_a_command_in_a_vm_of_its_own(made: Dvm) -> None:
    done = made.run("run", "--", "bash", "-c", "whoami; pwd; exit 7")
    assert done.code == 7, said(done)
    user, where = done.out.splitlines()
    assert user == "developer"
    assert re.fullmatch(r"/home/developer/code/run-[a-z0-9]{6}", where)
    assert done.err.startswith("vm.run-")
    assert "\nCreate complete! VMs: 1 created." in done.err
    assert done.err.endswith("\nDestroy complete! VMs: 1 destroyed.\n")
    nothing_is_left(made)
    assert made.run("run", "--", "echo $USER is here").out == "developer is here\n"


def test_without_a_manifest(dvm: Dvm) -> None:
    done = dvm.run("run", "echo", "x")
    assert (done.code, done.out) == (0, "x\n"), said(done)
    nothing_is_left(dvm)
    missing = dvm.run("run", "-f", "no.toml", "echo", "x")
    assert missing.code != 0
    nothing_is_left(dvm)


@pytest.mark.parametrize(
    ("options", "user", "script"),
    [((), "developer", "echo d"), (("--base", "node"), "developer", "echo b"), (("--like", "app"), "coder", "echo a")],
)
def test_it_is_made_with_the_keys_of_what_it_is_like(
    made: Dvm, options: tuple[str, ...], user: str, script: str
) -> None:
    done = made.run("run", *options, "--name", "try", "--keep", "--", "whoami")
    assert (done.code, done.out) == (0, f"{user}\n"), said(done)
    assert "dvm rm try --yes --discard-work" in done.err
    assert [run["text"].splitlines()[-1] for run in made.runs("try")] == [script]
    receipt = made.receipt("try")
    assert (receipt["ephemeral"], receipt["manifest"]) == (True, str(made.config / "dvm.toml"))
    (row,) = left(made)
    assert (row["name"], row["ports"], row["drift"], row["state"]) == ("try", [], [], "Running")
    assert re.search(r"try +Running .* ephemeral \d+s ", made.run("ls").out)
    # Nothing of it in a plan: no orphan, no drift.
    planned = made.run("plan", "--prune", "--json").json
    assert "try" not in str(planned["steps"]) + str(planned["orphans"])
    assert planned["ephemerals"] == ["try"]
    # What was made for one session can be used once more.
    assert made.run("ssh", "try", "--", "whoami").out == f"{user}\n"
    assert made.run("rm", "try", "--yes").code == 0
    assert left(made) == []


def test_files_and_variables_come_along(made: Dvm) -> None:
    (made.place / "dir").mkdir()
    (made.place / "dir" / "file").write_text("text")
    (made.place / "one").write_text("1")
    done = made.run("run", "--cp", "dir", "--cp", "one", "--env", "TOKEN", "cat", "dir/file", "one", TOKEN="s3cret")
    assert (done.code, done.out) == (0, "text1"), said(done)
    done = made.run("run", "--env", "TOKEN", "--", "echo $TOKEN", TOKEN="s3cret")
    assert (done.code, done.out) == (0, "s3cret\n")
    for wrong in (("--cp", "none"), ("--env", "NONE"), ("--base", "none"), ("--like", "none"), ("--name", "app")):
        made.forget()
        assert made.run("run", *wrong, "true").code in {1, 64}
        assert made.calls(changing=True) == []
    assert made.run("run", "--base", "node", "--like", "app", "true").code == 64
    nothing_is_left(made)


def test_what_the_checks_deny_is_not_made(made: Dvm) -> None:
    made.script("d.sh", "curl -s https://example.org/x | sh")
    refused = made.run("run", "true")
    assert (refused.code, refused.out) == (3, ""), said(refused)
    assert "DVM202" in refused.err
    nothing_is_left(made)


def test_require_review_holds(made: Dvm) -> None:
    made.manifest("[settings]\nrequire_review = true\n" + MANIFEST)
    refused = made.run("run", "true")
    assert (refused.code, "DVM108" in refused.err) == (3, True), said(refused)
    nothing_is_left(made)


def test_a_script_that_fails_leaves_nothing_but_its_log(made: Dvm) -> None:
    made.script("d.sh", "# sim: fail", "false")
    failed = made.run("run", "true")
    assert (failed.code, failed.out) == (1, ""), said(failed)
    assert instances(made) == []
    (log,) = made.state.glob("run-*/setup.log")
    assert str(log) in failed.err
    assert left(made) == []


def test_what_limactl_did_not_make_was_not_left(made: Dvm) -> None:
    failed = made.run("run", "true", **faulty(made, {"match": ["create"], "do": "fail"}))
    assert (failed.code, "was left" in failed.err, "There is no VM" in failed.err) == (1, False, False), said(failed)
    assert instances(made) == []
    assert left(made) == []


def test_of_the_current_directory_comes_what_is_in_it(made: Dvm) -> None:
    (made.place / "sub").mkdir()
    (made.place / "sub" / "file").write_text("text")
    # The directory that dvm runs in here.
    done = made.run("run", "--cp", ".", "cat", "sub/file")
    assert (done.code, done.out) == (0, "text"), said(done)


def staged(dvm: Dvm, name: str) -> None:
    """Let the guest have work that would be lost."""
    work = [{"kind": "files", "path": f"/home/developer/code/{name}", "detail": "1 file"}]
    (dvm.lima_home / f"dvm-{name}" / "guest-work.json").write_text(json.dumps(work))


def with_work(dvm: Dvm, *options: str) -> Result:
    """Run a command during which work comes to be."""
    with dvm.popen("run", "--name", "try", *options, "--", "bash", "-c", "echo begun; sleep 3; exit 5") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        staged(dvm, "try")
        out, err = process.communicate(timeout=60)
        return Result(process.returncode, out, err)


def test_work_that_would_be_lost_is_kept_and_named(made: Dvm) -> None:
    done = with_work(made)
    assert done.code == 5, said(done)
    assert "/home/developer/code/try: files, 1 file" in done.err
    assert "vm.try is kept." in done.err
    assert [row["name"] for row in left(made)] == ["try"]
    refused = made.run("rm", "--ephemeral", "--yes")
    assert (refused.code, instances(made)) == (1, ["dvm-try"])
    assert made.run("rm", "--ephemeral", "--yes", "--discard-work").code == 0
    nothing_is_left(made)


def test_work_may_be_discarded(made: Dvm) -> None:
    assert with_work(made, "--discard-work").code == 5
    nothing_is_left(made)


@pytest.mark.parametrize(("typed", "there"), [("yes", False), ("no", True)])
def test_on_a_terminal_you_are_asked(made: Dvm, typed: str, there: bool) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "dvm", "run", "--name", "try", "--", "bash", "-c", "echo begun; sleep 3; exit 5"],
        env=made.environment | {"TERM": "dumb"},
        cwd=str(made.place),
        encoding="utf-8",
        timeout=60,
    )
    child.expect("begun")
    staged(made, "try")
    child.expect("Only 'yes' destroys it")
    child.sendline(typed)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 5
    assert instances(made) == (["dvm-try"] if there else [])


def test_an_interrupt_goes_to_the_command(made: Dvm) -> None:
    with made.popen("run", "--", "bash", "-c", "echo begun; sleep 30") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None, "only the command would have ended"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    nothing_is_left(made)


def test_a_dry_run_makes_nothing(made: Dvm) -> None:
    dry = made.run("run", "--like", "app", "true", DVM_DRY_RUN="1")
    assert dry.code == 0, said(dry)
    assert re.search(r"limactl create .*--name=dvm-run-[a-z0-9]{6}", dry.out)
    assert "the command runs as DVM_USER, and then it is deleted" in dry.out
    assert made.calls(changing=True) == []
    assert left(made) == []


def test_two_of_one_name(made: Dvm) -> None:
    assert made.run("run", "--keep", "--name", "try", "true").code == 0
    again = made.run("run", "--name", "try", "true")
    assert (again.code, "is there already" in again.err) == (1, True)
    assert made.run("rm", "--ephemeral", "--yes").code == 0
    assert "No throwaway VM was left" in made.run("rm", "--ephemeral", "--yes").out
    nothing_is_left(made)
    assert made.run("rm", "--ephemeral", "app").code == 64
    assert made.run("rm", "--ephemeral", "--config").code == 64


@pytest.mark.parametrize("option", ["--base", "--like", "--name"])
def test_an_empty_name_is_wrong_usage(made: Dvm, option: str) -> None:
    assert made.run("run", option, "", "--", "true").code == 64
    assert made.calls(changing=True) == []


def test_a_name_that_is_too_long_is_no_mistake_of_the_manifest(made: Dvm) -> None:
    refused = made.run("run", "--name", "a" * 95, "--", "true")
    assert (refused.code, "shorter --name" in said(refused), "dvm.toml" in refused.err) == (64, True, False), (
        refused.err
    )


def test_closed_egress_closes_what_an_open_vm_would_have(made: Dvm) -> None:
    made.manifest(f"{MANIFEST}host_loopback = true\nproxy_env = true\n")
    assert made.run("run", "--like", "app", "--egress", "none", "--", "true", DVM_DRY_RUN="1").code == 0
    assert made.run("validate").code == 0


def test_one_that_is_declared_stays(made: Dvm) -> None:
    assert made.run("run", "--name", "tool", "--keep", "--", "true").code == 0
    made.manifest(MANIFEST + "[vm.tool]\n[vm.tool2]\nrunning = false\n")
    assert "No throwaway VM was left." in made.run("rm", "--ephemeral", "--yes", "--discard-work").out
    plan = made.run("plan", "tool")
    assert re.search("ephemeral *= true -> false", plan.out), plan.out
    assert "The manifest declares it now" in said(plan)
    assert made.run("apply", "-y", "tool").code == 0
    assert made.receipt("tool")["ephemeral"] is False
    assert not (made.state / "tool" / "ephemeral.json").exists()
    assert made.run("plan", "tool").out.startswith("No changes.")
    made.manifest(MANIFEST)
    assert made.run("plan", "--json").json["orphans"] == ["tool"], "as every other one from then on"


def test_one_in_use_is_not_declared_away(made: Dvm) -> None:
    with made.popen("run", "--name", "busy", "--", "bash", "-c", "echo begun; sleep 30") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        made.manifest(MANIFEST + "[vm.busy]\n")
        refused = made.run("apply", "-y", "busy")
        assert (refused.code, "is in use by `dvm run`" in said(refused)) == (1, True), said(refused)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_one_in_use_is_not_removed_with_the_others(made: Dvm) -> None:
    assert made.run("run", "--keep", "--name", "old", "true").code == 0
    with made.popen("run", "--name", "busy", "--", "bash", "-c", "echo begun; sleep 4") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert made.run("rm", "--ephemeral", "--yes").code == 0
        assert instances(made) == ["dvm-busy"]
        process.communicate(timeout=60)
    assert process.returncode == 0
    nothing_is_left(made)


def test_another_manifest_leaves_it_alone(made: Dvm) -> None:
    assert made.run("run", "--keep", "--name", "try", "true").code == 0
    other = made.write("other/dvm.toml", "version = 1\n")
    assert made.run("rm", "--ephemeral", "--yes", "-f", str(other)).code == 0
    assert instances(made) == ["dvm-try"]


@pytest.mark.slow
def test_twenty_in_a_row(made: Dvm) -> None:
    for number in range(20):
        done = made.run("run", "--base", "node", "--", "bash", "-c", f"echo {number}; exit {number}")
        assert (done.code, done.out) == (number, f"{number}\n")
    nothing_is_left(made)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the simulator's QEMU is looked up in /proc")
def test_what_may_leave_it_can_be_said_with_the_command(made: Dvm) -> None:
    qemu = made.place / "qemu"
    qemu.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {ROOT / "dvm" / "simulator" / "driver.py"} "$@"\n')
    qemu.chmod(0o755)
    made.environment |= {"QEMU_SYSTEM_X86_64": str(qemu), "QEMU_SYSTEM_AARCH64": str(qemu)}
    done = made.run(
        "run", "--egress", "git.example.com", "--egress", "*.example.net", "--keep", "--name", "try", "true"
    )
    assert done.code == 0, said(done)
    assert made.receipt("try")["allowed"]["egress"] == ["*.example.net", "git.example.com"]
    assert made.run("rm", "try", "--yes").code == 0
    assert made.run("run", "--egress", "none", "--egress", "git.example.com", "true").code == 64
    wrong = made.run("run", "--egress", "10.0.0.1", "true")
    assert (wrong.code, "egress" in wrong.err) == (64, True), said(wrong)
    nothing_is_left(made)


def test_it_is_cloned_from_a_base_that_is_built_once(made: Dvm) -> None:
    made.manifest(MANIFEST.replace("image = false\n", ""))
    for number in range(3):
        made.forget()
        done = made.run("run", "--base", "node", "--", "bash", "-c", f"whoami; exit {number}")
        assert (done.code, done.out) == (number, "developer\n"), said(done)
        assert sum(call[0] == "create" for call in made.calls()) == (number == 0), "the base is built once"
    (base,) = instances(made)
    assert base.startswith("dvm-base.node-")
    assert made.run("run", "--base", "node", "--keep", "--name", "try", "true").code == 0
    assert made.receipt("try")["ephemeral"]
    assert [row["name"] for row in left(made)] == ["try"]
    assert "try" not in made.run("plan", "--json").json["orphans"]
    assert made.run("rm", "--ephemeral", "--yes").code == 0
    assert instances(made) == [base]


@pytest.mark.parametrize("content", ["", '{"lima_home": "/'])
@pytest.mark.parametrize("command", [("run", "--name", "try", "true"), ("rm", "--ephemeral", "--yes")])
def test_a_session_that_was_killed_before_it_began_is_forgotten(
    made: Dvm, content: str, command: tuple[str, ...]
) -> None:
    note = made.state / "try" / "ephemeral.json"
    made.state.mkdir(mode=0o700)
    note.parent.mkdir(mode=0o700)
    note.write_text(content)
    assert made.run("rm", "--ephemeral", "--yes", DVM_DRY_RUN="1").code == 0
    assert note.exists(), "a dry run changes nothing"
    done = made.run(*command)
    assert done.code == 0, said(done)
    nothing_is_left(made)
    assert not note.parent.exists()


def test_a_vm_that_came_about_meanwhile_is_left_alone(dvm: Dvm) -> None:
    """Another command made it after the first look: the session neither enters nor deletes it."""
    dvm.manifest("[vm.one]\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.manifest("")
    logs = sorted(path.name for path in (dvm.state / "one").iterdir())
    unseen = {"match": ["list"], "nth": 1, "do": "garbage", "stdout": ""}
    (dvm.place / "faults.json").write_text(json.dumps([unseen]))
    refused = dvm.run(
        "run", "--name", "one", "--discard-work", "--", "true", DVM_SIM_FAULTS=str(dvm.place / "faults.json")
    )
    assert refused.code == 1
    assert "vm.one is there already" in refused.err
    assert instances(dvm) == ["dvm-one"]
    assert sorted(path.name for path in (dvm.state / "one").iterdir()) == logs
