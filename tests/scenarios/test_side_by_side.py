"""Many at once: locks, who holds them, and Lima's image cache."""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dvm.state.directory import StateDirectory
from dvm.state.inflight import write_call
from tests.conftest import Dvm

MANY = 20


@pytest.mark.slow
def test_twenty_applies_at_the_same_moment(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n[vm.db]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "# sim: sleep 0.5")
    assert dvm.run("version").code == 0, "what they are forked from is up"
    with ThreadPoolExecutor(MANY) as pool:
        ends = list(pool.map(lambda _: dvm.run("apply", "-y", "--lock-timeout", "5m", timeout=400), range(MANY)))
    for end in ends:
        assert end.code in {0, 4}, end.out + end.err
    assert any(end.code == 0 for end in ends)
    creates = [next(w for w in call if w.startswith("--name=")) for call in dvm.calls() if call[0] == "create"]
    assert sorted(creates) == ["--name=dvm-app", "--name=dvm-db"]
    for name in ("app", "db"):
        assert [run["status"] for run in dvm.runs(name)] == [0]
        assert dvm.receipt(name)["setup"][0]["exit_status"] == 0
    entries = [json.loads(line) for line in (dvm.state / "journal.jsonl").read_text().splitlines()]
    assert len({entry["pid"] for entry in entries if entry["event"] == "apply_started"}) >= 1
    assert dvm.run("plan", "--detailed-exitcode").code == 0


def test_who_holds_a_lock_is_told_and_looking_never_waits(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "# sim: sleep 6")
    with dvm.popen("apply", "-y") as process:
        starts = dvm.lima_home / "dvm-app" / "guest-starts.jsonl"
        while not starts.exists() and process.poll() is None:
            time.sleep(0.05)
        refused = dvm.run("apply", "-y", "--lock-timeout", "0s")
        assert refused.code == 4
        told = " ".join(refused.err.split())
        assert f"Process {process.pid} (`dvm apply -y`, since 20" in told
        assert dvm.run("plan").code == 0
        assert process.poll() is None, "the plan did not wait"
        process.communicate(timeout=60)
    assert dvm.run("plan", "--detailed-exitcode").code == 0


def test_two_creates_of_a_template_that_nobody_has_go_one_after_the_other(dvm: Dvm) -> None:
    dvm.manifest("[vm.a]\n[vm.b]\n[vm.c]\ntemplate = 'template:debian'\n")
    delay = 2.0
    assert dvm.run("version").code == 0, (
        "what they are forked from is up: they begin at once, however busy the machine is"
    )
    with ThreadPoolExecutor(3) as pool:
        for end in pool.map(lambda name: dvm.run("apply", "-y", name, timeout=120, DVM_SIM_DELAY=str(delay)), "abc"):
            assert end.code == 0, end.out + end.err
    begun = {}
    for line in dvm.record.read_text().splitlines():
        entry = json.loads(line)
        if entry["argv"][0] == "create":
            begun[next(w for w in entry["argv"] if w.startswith("--name="))[-1]] = entry["time"]
    assert abs(begun["a"] - begun["b"]) >= delay
    assert min(abs(begun["c"] - begun["a"]), abs(begun["c"] - begun["b"])) < delay


def test_a_new_vm_is_created_while_the_one_it_depends_on_boots(dvm: Dvm) -> None:
    dvm.manifest('[vm.db]\nsetup = ["a.sh"]\n[vm.app]\ntemplate = "template:debian"\ndepends_on = ["db"]\n')
    dvm.script("a.sh", "# sim: sleep 2")
    result = dvm.run("apply", "-y")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert lines.count("vm.app: Waiting for vm.db...") == 1
    done = next(at for at, line in enumerate(lines) if line.startswith("vm.db: a.sh complete"))
    assert lines.index("vm.app: Creating...") < lines.index("vm.app: Waiting for vm.db...") < done
    assert done < lines.index("vm.app: Starting...")

    dvm.manifest('[vm.db]\nsetup = ["a.sh"]\n[vm.web]\ntemplate = "template:debian"\ndepends_on = ["db"]\n')
    dvm.script("a.sh", "# sim: sleep 2", "# sim: exit 1")
    events = [json.loads(line) for line in dvm.run("apply", "-y", "--json", "web").out.splitlines()]
    said = [each["@message"] for each in events if each["type"] == "log"]
    assert "vm.web: Waiting for vm.db..." in said
    assert "vm.web/start: not run (vm.db failed)" in said
    assert not [call for call in dvm.calls(changing=True) if call[0] == "start" and "dvm-web" in call]
    dvm.script("a.sh", "true")
    assert dvm.run("apply", "-y", "web").code == 0, "what was created is gone on with"
    assert dvm.run("plan", "--detailed-exitcode", "web").code == 0


def test_who_waits_for_an_image_says_so(dvm: Dvm) -> None:
    dvm.manifest("[vm.a]\n[vm.b]\n")
    result = dvm.run("apply", "-y", DVM_SIM_DELAY="1")
    assert result.code == 0, result.err
    said = "Waiting for another VM's create, which brings the image of template:fedora..."
    assert result.out.count(said) == 1


def test_a_limactl_that_outlived_its_dvm_is_waited_for(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    with dvm.popen("apply", "-y", DVM_SIM_DELAY="4") as process:
        note = dvm.state / "app" / "call.json"
        while not note.exists() and process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.5)
        process.kill()
        process.communicate()
    refused = dvm.run("apply", "-y", "--lock-timeout", "0s")
    assert (refused.code, "goes on, though the DVM that called it was killed" in " ".join(refused.err.split())) == (
        4,
        True,
    ), refused.err
    done = dvm.run("apply", "-y", "--lock-timeout", "60s")
    assert done.code == 0, done.out + done.err
    assert dvm.run("plan", "--detailed-exitcode").code == 0


def test_a_process_that_got_the_number_of_a_call_is_not_waited_for(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    note = dvm.state / "app" / "call.json"
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        write_call(StateDirectory(dvm.state), "app", stranger.pid, ("limactl", "start", "dvm-app"))
        assert dvm.run("stop", "app", "--lock-timeout", "0s").code == 4, "it is the very process that was noted"
        # As after a loss of power: the number, and another beginning.
        said = json.loads(note.read_text())
        note.write_text(json.dumps(said | {"began": said["began"][:-1] + "x"}))
        stopped = dvm.run("stop", "app", "--lock-timeout", "0s")
        assert stopped.code == 0, stopped.err
        assert stranger.poll() is None
        stranger.kill()


def test_a_vm_that_was_made_again_meanwhile_is_left_alone(dvm: Dvm) -> None:
    """A DVM with another state directory has other locks: what the guard looked into is gone by the time of the delete."""
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    before = dvm.receipt("app")["created"]
    late = [{"match": ["list", "--json", "dvm-app"], "nth": 3, "do": "delay", "seconds": 4}]
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps(late))
    with dvm.popen("rm", "app", "--yes", DVM_SIM_FAULTS=str(faults)) as first:
        while not any("dvm-guard" in call for call in dvm.calls()) and first.poll() is None:
            time.sleep(0.05)
        time.sleep(1)  # receipts are dated by the second, in which no VM of Lima's is made twice
        other = str(dvm.place / "other")
        again = dvm.run("apply", "-y", "--replace", "app", "--discard-work", DVM_STATE_DIR=other)
        assert again.code == 0, again.out + again.err
        out, err = first.communicate(timeout=60)
    assert (first.returncode, "dvm-app is another VM by now." in out + err) == (1, True), out + err
    assert dvm.receipt("app")["created"] != before


@pytest.mark.parametrize("json_", [False, True])
def test_what_waits_for_a_lock_says_for_whom(dvm: Dvm, json_: bool) -> None:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "# sim: sleep 3")
    with dvm.popen("apply", "-y") as process:
        starts = dvm.lima_home / "dvm-app" / "guest-starts.jsonl"
        while not starts.exists() and process.poll() is None:
            time.sleep(0.05)
        done = dvm.run("stop", "app", *["--json"] * json_)
        process.communicate(timeout=60)
    assert done.code == 0, done.out + done.err
    said = f"vm.app: Waiting for process {process.pid} (`dvm apply -y`, since 20"
    if json_:
        events = [json.loads(line) for line in done.out.splitlines()]
        assert [event["type"] for event in events[:2]] == ["version", "log"]
        assert events[1]["@message"].startswith(said)
    else:
        assert done.out.count(said) == 1
