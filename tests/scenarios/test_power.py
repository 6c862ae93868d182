"""start and stop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config


def changing(dvm: Dvm) -> list[tuple[str, str]]:
    return [(call[0], call[-1]) for call in dvm.calls(changing=True) if call[0] != "shell"]


@pytest.fixture
def three(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\ndepends_on = ["db"]\n[vm.db]\n[vm.idle]\nrunning = false\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "echo a")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def test_stop_goes_from_what_depends_and_start_to_it(three: Dvm) -> None:
    stopped = three.run("stop", "db", "app")
    assert (stopped.code, stopped.err) == (0, "")
    assert stopped.out.startswith("vm.app: Stopping...\n")
    assert stopped.out.endswith("\n\nStop complete! VMs: 2 stopped.\n")
    assert changing(three) == [("stop", "dvm-app"), ("stop", "dvm-db")]
    assert "vm.app is stopped already." in three.run("stop", "app").out
    three.forget()
    before = three.receipt("app")
    assert three.run("start", "app").out.endswith("\n\nStart complete! VMs: 2 started.\n")
    assert changing(three) == [("start", "dvm-db"), ("start", "dvm-app")]
    assert three.receipt("app") == before
    three.forget()
    assert "vm.app is running already." in three.run("start", "app").out
    assert changing(three) == []
    assert three.run("plan", "--detailed-exitcode").code == 0


def test_a_first_start_does_what_waited_for_it(three: Dvm) -> None:
    result = three.run("start", "idle")
    assert result.code == 0
    assert "a.sh" in result.out
    assert result.out.endswith("\nStart complete! VMs: 1 started. Scripts run: 1.\n")
    assert len(three.runs("idle")) == 1
    assert three.receipt("idle")["bootstrap"]["user"] == "developer"
    assert three.run("stop", "idle").code == 0
    assert three.run("start", "idle").code == 0
    assert len(three.runs("idle")) == 1
    assert three.run("stop", "idle").code == 0
    assert three.run("plan", "--detailed-exitcode").code == 0


def test_all_leaves_alone_what_is_to_stand_still_and_what_is_not_ours(three: Dvm) -> None:
    three.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    three.limactl("start", "--tty=false", "dvm-other")
    assert three.run("stop", "--all").code == 0
    assert {name for _, name in changing(three)} == {"dvm-app", "dvm-db"}
    three.forget()
    assert three.run("start", "--all").code == 0
    assert {name for _, name in changing(three)} == {"dvm-app", "dvm-db"}
    three.manifest("[vm.db]\n")
    three.forget()
    assert three.run("stop", "--all", "--only-config").code == 0
    assert changing(three) == [("stop", "dvm-db")]
    assert three.run("stop", "--all").code == 0
    assert changing(three) == [("stop", "dvm-db"), ("stop", "dvm-app")], "an orphan is managed too"
    three.forget()
    assert three.run("start", "--all", "--only-config").code == 0
    assert changing(three) == [("start", "dvm-db")], "neither the orphan nor what is not ours"
    assert [row["name"] for row in three.run("ls", "--only-config", "--json").json["vms"]] == ["db"]
    assert len(three.run("ls", "--json").json["vms"]) == 4
    assert three.run("start", "app").code == 0


@pytest.mark.parametrize("command", ["start", "stop"])
def test_what_is_not_there_or_not_ours_is_never_touched(three: Dvm, command: str) -> None:
    three.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    three.manifest("[vm.app]\n[vm.fresh]\n")
    for name, code in (("other", 1), ("fresh", 1), ("nothing", 64), ("--x", 64)):
        assert three.run(command, name).code == code, name
    assert three.run(command).code == 64
    assert three.run(command, "app", "--all").code == 64
    assert ("dvm apply fresh" in three.run(command, "fresh").err) is (command == "start"), "a stop makes nothing"
    assert changing(three) == []


def test_an_instance_that_became_unsafe_is_not_started(three: Dvm) -> None:
    assert three.run("stop", "--all").code == 0
    three.forget()
    lima_config(three, "override.yaml", "ssh:\n  forwardAgent: true\n")
    result = three.run("start", "app")
    assert result.code == 3
    assert "DVM304" in result.out + result.err
    assert changing(three) == []


def test_stop_needs_no_manifest_and_fixes_a_broken_one(three: Dvm) -> None:
    (three.config / "dvm.toml").unlink()
    assert three.run("stop", "app").code == 0
    assert changing(three) == [("stop", "dvm-app")]


def test_a_vm_that_is_worked_on_is_left(three: Dvm) -> None:
    import fcntl

    path: Path = three.state / "app" / "lock"
    with path.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in ("start", "stop"):
            assert three.run(command, "--lock-timeout", "0", "app").code in {0, 4}
    assert ("stop", "dvm-app") not in changing(three)


def calls_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("limactl ")]


def test_a_dry_run_shows_what_would_be_done_now(three: Dvm) -> None:
    assert calls_in(three.run("start", "app", DVM_DRY_RUN="1").out) == []
    first = three.run("start", "idle", DVM_DRY_RUN="1").out
    assert [line.split()[1] for line in calls_in(first)] == ["start", "shell", "shell"]
    assert "# vm.idle: setup script a.sh as admin" in first
    stopped = three.run("stop", "db", "app", DVM_DRY_RUN="1").out
    assert calls_in(stopped) == ["limactl stop --tty=false dvm-app", "limactl stop --tty=false dvm-db"]
    assert "# vm.app will be stopped" in stopped
    assert three.calls(changing=True) == []


def test_what_runs_or_is_stopped_already_is_not_said_to_match_the_manifest(three: Dvm) -> None:
    three.manifest("[defaults]\nmemory = '8GiB'\n[vm.app]\n[vm.db]\n[vm.idle]\nrunning = false\n")
    for command, said in (("start", "Nothing to start."), ("stop", "Nothing to stop.")):
        assert three.run(command, "--all").code == 0
        assert three.run(command, "--all", DVM_DRY_RUN="1").out == f"{said}\n"
        events = [json.loads(line) for line in three.run(command, "--all", "--json").out.splitlines()]
        assert [event["@message"] for event in events if event["type"] == "change_summary"] == [said]


def test_a_stop_is_an_apply_like_others(three: Dvm) -> None:
    lima_config(three, "override.yaml", "ssh:\n  forwardAgent: true\n")
    before = three.receipt("app")
    events = [json.loads(line) for line in three.run("stop", "app", "--json").out.splitlines()]
    assert {"planned_change", "apply_start", "apply_complete", "change_summary"} <= {event["type"] for event in events}
    assert next(e for e in events if e["type"] == "planned_change")["change"]["reason"] == "stop_requested"
    assert three.receipt("app") == before, "a stop converges nothing"
    journal = [json.loads(line) for line in (three.state / "journal.jsonl").read_text().splitlines()]
    assert [entry["event"] for entry in journal[-4:]] == ["apply_started", "step_started", "step_ended", "apply_ended"]


def test_a_stop_keeps_to_the_timeouts_of_the_manifest(three: Dvm) -> None:
    text = (three.config / "dvm.toml").read_text()
    three.write("dvm.toml", text + '[settings.timeouts]\nstop = "1s"\n')
    faults = three.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["stop"], "do": "hang"}]))
    result = three.run("stop", "app", DVM_SIM_FAULTS=str(faults))
    assert result.code == 1
    assert "took longer than 1 s" in result.err
    assert "`limactl stop --force dvm-app`" in result.err
    assert "`dvm stop app` goes on where this ended." in result.out


def test_what_changed_in_a_stopped_vm_is_drift(three: Dvm) -> None:
    waits = three.run("plan", "--detailed-exitcode")
    assert waits.code == 0, "before its first start nothing differs"
    assert "bootstrap and 1 setup script wait for its first start" in " ".join(waits.out.split())
    assert three.run("start", "idle").code == 0
    assert three.run("stop", "idle").code == 0
    three.script("a.sh", "echo b")
    text = (three.config / "dvm.toml").read_text()
    three.write("dvm.toml", text.replace("running = false", "running = false\nsudo = true"))
    plan = three.run("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert "No changes" not in plan.out
    assert "# vm.idle differs, and is left stopped" in plan.out
    assert "waits for its next start:  dvm start idle" in plan.out
    assert "sudo = false -> true" in plan.out
    assert "+echo b" in plan.out
    row = next(row for row in three.run("ls", "--json").json["vms"] if row["name"] == "idle")
    assert row["drift"] == ["sudo", "setup"]
    file = str(three.config / "dvm.toml")
    assert f"(`dvm plan idle -f {file}` shows more)" in three.run("status", "idle", "-f", file).out
    assert "(`dvm plan idle` shows more)" in three.run("status", "idle").out
    document = next(c for c in three.run("plan", "--json").json["resource_changes"] if c["name"] == "idle")
    assert [script["path"] for script in document["waiting_scripts"]] == ["a.sh"]
    three.forget()
    assert three.run("apply", "-y").code == 0
    assert three.calls(changing=True) == [], "it is not booted for that"
    assert three.run("start", "idle").code == 0
    assert len(three.runs("idle")) == 2
    assert three.receipt("idle")["bootstrap"]["sudo"] is True
    assert three.run("stop", "idle").code == 0
    assert three.run("plan", "--detailed-exitcode").code == 0


def test_no_script_is_asked_for_in_a_vm_that_is_left_stopped(three: Dvm) -> None:
    assert three.run("start", "idle").code == 0
    assert three.run("stop", "idle").code == 0
    plan = three.run("plan", "idle", "--rerun-setup", "--detailed-exitcode")
    assert plan.code == 0, plan.out
    assert "--rerun-setup runs nothing in it" in " ".join(plan.out.split())


@pytest.mark.parametrize(
    "line",
    [
        f"logs {'x' * 300}",
        f"ssh {'x' * 300} -- true",
        f"apply -y --lock-timeout {'9' * 400}s",
        "stop app --lock-timeout 99999h",
    ],
)
def test_what_no_system_takes_is_wrong_usage(dvm: Dvm, line: str) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run(*line.split()).code == 64
