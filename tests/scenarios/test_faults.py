"""The fault table: whatever goes wrong, a clear error, the right exit code, nothing half-done, all records whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dvm, Result

QUICK = '[settings]\ntimeouts = { read = "5s", create = "2s", start = "1s", stop = "2s", edit = "2s", guest = "2s" }\n'


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["a.sh", "b.sh"]\n')
    dvm.script("a.sh", "echo a")
    dvm.script("b.sh", "echo b")
    return dvm


def faulty(dvm: Dvm, *rules: dict[str, Any]) -> dict[str, Any]:
    path = dvm.place / "faults.json"
    path.write_text(json.dumps(rules))
    path.with_name("faults.json.counts").unlink(missing_ok=True)
    return {"DVM_SIM_FAULTS": str(path)}


def whole(dvm: Dvm) -> None:
    """Receipts and journal can be read, line by line."""
    for receipt in dvm.lima_home.glob("dvm-*/dvm.json"):
        json.loads(receipt.read_text())
    journal = dvm.state / "journal.jsonl"
    for line in journal.read_text().splitlines() if journal.exists() else ():
        json.loads(line)
    assert not list(dvm.lima_home.glob("*/.dvm-*.tmp"))


def fixed(dvm: Dvm, runs: int = 2) -> None:
    """The next apply ends it: every script ran once to its end, and nothing is left to do."""
    whole(dvm)
    done = dvm.run("apply", "-y", "--lock-timeout", "30s")
    assert done.code == 0, done.out + done.err
    assert len([run for run in dvm.runs("app") if run["status"] == 0]) == runs
    assert dvm.run("plan", "--detailed-exitcode").code == 0
    whole(dvm)


def ended(process: subprocess.Popen[str]) -> Result:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return Result(process.returncode, out, err)


def running_script(dvm: Dvm) -> subprocess.Popen[str]:
    """Start an apply, and wait until its first script runs in the guest."""
    process = dvm.popen("apply", "-y")
    starts = dvm.lima_home / "dvm-app" / "guest-starts.jsonl"
    for _ in range(600):
        if starts.exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_lets_the_step_end_and_begins_no_other(one: Dvm, number: signal.Signals) -> None:
    one.script("a.sh", "# sim: sleep 2")
    process = running_script(one)
    process.send_signal(number)
    result = ended(process)
    assert result.code == 130, result.out + result.err
    assert "once more ends it now" in result.out + result.err
    assert [run["status"] for run in one.runs("app")] == [0]
    fixed(one)


def test_the_second_ends_it_now(one: Dvm) -> None:
    one.script("a.sh", "# sim: sleep 60")
    process = running_script(one)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.code == 130, result.out + result.err
    assert time.monotonic() - begun < 15
    assert "1 step interrupted, 1 step not run. `dvm plan` shows what is left" in result.out
    assert "step failed" not in result.out
    assert one.runs("app") == []
    one.script("a.sh", "echo a")
    fixed(one)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_it_plans(one: Dvm, number: signal.Signals) -> None:
    process = one.popen("apply", "-y", **faulty(one, {"match": ["list"], "do": "hang", "seconds": 30}))
    for _ in range(200):
        if one.calls():
            break
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(number)
    result = ended(process)
    assert (result.code, "Interrupted" in result.err) == (130, True), result.err
    assert one.calls(changing=True) == []


def test_a_closed_pipe_is_no_error(one: Dvm) -> None:
    command = f'{subprocess.list2cmdline([sys.executable])} -m dvm plan | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command], env=one.environment, cwd=one.place, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout.splitlines()[-1]) == ("", "0")


def test_an_apply_goes_on_when_nobody_reads_it_any_more(one: Dvm) -> None:
    process = one.popen("apply", "-y")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.wait(60) == 0, process.stderr.read()
    process.stderr.close()
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_a_full_disk_under_the_journal(one: Dvm) -> None:
    one.state.mkdir(mode=0o700)
    (one.state / "journal.jsonl").symlink_to("/dev/full")
    result = one.run("apply", "-y")
    assert (result.code, "journal can't be written" in " ".join(result.err.split())) == (1, True), result.err
    assert one.calls(changing=True) == []
    (one.state / "journal.jsonl").unlink()
    fixed(one)


def test_a_disk_that_fills_up_in_the_middle(one: Dvm) -> None:
    """A limit on the size of files is a disk that is full for whatever grows."""
    assert one.run("apply", "-y").code == 0
    one.script("b.sh", "# sim: flood 2000", *(f"# {number:080}" for number in range(400)))
    shell = f"ulimit -f 24; exec {sys.executable} -m dvm apply -y"
    done = subprocess.run(
        ["bash", "-c", shell], env=one.environment, cwd=one.place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "File too large" in done.stdout + done.stderr
    assert "bug" not in done.stdout + done.stderr
    fixed(one, runs=3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_state_directory(one: Dvm) -> None:
    one.state.mkdir(mode=0o500)
    result = one.run("apply", "-y")
    assert (result.code, str(one.state) in result.err) == (1, True)
    assert one.calls(changing=True) == []


def test_a_state_directory_that_cannot_be(one: Dvm) -> None:
    one.state.write_text("")
    result = one.run("apply", "-y")
    assert (result.code, "state directory can't be made" in result.err, str(one.state) in result.err) == (1, True, True)
    assert one.calls(changing=True) == []
    assert one.run("apply", "-y", DVM_STATE_DIR="/proc/dvm").code == 1
    assert one.run("plan").code == 0, "planning needs none"


def test_a_clock_that_jumps(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    place = one.lima_home / "dvm-app" / "dvm.json"
    receipt = one.receipt("app")
    for year in ("1971", "2199"):
        moved = json.loads(place.read_text())
        for entry in (moved, moved["bootstrap"], *moved["setup"]):
            for key in ("created", "applied", "started", "ended"):
                if entry.get(key):
                    entry[key] = year + entry[key][4:]
        place.write_text(json.dumps(moved))
        assert one.run("plan", "--detailed-exitcode").code == 0
    one.script("a.sh", "echo other")
    assert one.run("apply", "-y").code == 0
    assert len(one.runs("app")) == 4
    assert one.receipt("app")["applied"][:4] == receipt["applied"][:4]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("list", "gave no answer in 5 s"),
        ("create", "took longer than 2 s"),
        ("dvm-bootstrap", "took longer than 2 s"),
    ],
)
def test_a_limactl_that_hangs(one: Dvm, word: str, said: str) -> None:
    one.manifest(QUICK + '[vm.app]\nsetup = ["a.sh", "b.sh"]\n')
    result = one.run("apply", "-y", **faulty(one, {"match": [word], "do": "hang"}))
    assert (result.code, said in " ".join((result.out + result.err).split())) == (1, True), result.out + result.err
    fixed(one)


def test_a_setup_script_that_hangs_is_ended_and_its_guest_program_with_it(one: Dvm) -> None:
    one.manifest('[vm.app]\nsetup = [{ script = "a.sh", timeout = "2s" }, "b.sh"]\n')
    one.script("a.sh", "# sim: sleep 60")
    result = one.run("apply", "-y")
    assert (result.code, "took longer than 2 s" in " ".join((result.out + result.err).split())) == (1, True)
    one.script("a.sh", "echo a")
    fixed(one)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo '\x1b[2Jthis is no JSON {'", "not its format"),
        ("echo '[]'; echo '{\"name\": 1}'", "not its format"),
        ("head -c 100000000 /dev/zero", "answered more than 64 MiB"),
        ("kill -SEGV $$", "failed with status -11"),
        ("exit 3", "failed with status 3"),
    ],
)
def test_a_list_that_is_none(one: Dvm, text: str, said: str) -> None:
    limactl = one.place / "other-limactl"
    limactl.write_text(f'#!/bin/sh\ncase "$1" in --version) echo "limactl version 2.2.0";; *) {text};; esac\n')
    limactl.chmod(0o755)
    for command in (["plan"], ["apply", "-y"]):
        result = one.run(*command, DVM_LIMACTL=str(limactl))
        assert (result.code, said in " ".join(result.err.split())) == (1, True), result.err
        assert "\x1b" not in result.out + result.err


def test_a_create_that_prints_100_mb_fills_no_disk(one: Dvm) -> None:
    result = one.run("apply", "-y", **faulty(one, {"match": ["create"], "do": "flood", "lines": 3_000_000}))
    assert result.code == 0, result.out[-1000:] + result.err[-1000:]
    assert (one.state / "app" / "lima.log").stat().st_size < 17 << 20
    assert len(result.out) < 100_000
    fixed(one)


@pytest.mark.parametrize("do", ["die-before", "die-after", "fail", "fail-after"])
@pytest.mark.parametrize("word", ["create", "start", "dvm-bootstrap", "dvm-setup"])
def test_a_limactl_that_dies(one: Dvm, word: str, do: str) -> None:
    result = one.run("apply", "-y", **faulty(one, {"match": [word], "nth": 1, "do": do}))
    assert result.code == 1, result.out + result.err
    said = "ended by signal 9" if "die" in do else "ended with status 1"
    assert said in " ".join((result.out + result.err).split())
    assert one.run("plan").code == 0
    fixed(one)


def test_a_limactl_that_is_replaced_in_mid_run(one: Dvm) -> None:
    one.script("a.sh", "# sim: sleep 2")
    process = running_script(one)
    limactl = Path(one.environment["DVM_LIMACTL"])
    other = limactl.with_name("new")
    other.write_bytes(limactl.read_bytes() + b"# another one\n")
    other.chmod(0o755)
    other.replace(limactl)
    result = ended(process)
    assert (result.code, "limactl was replaced" in " ".join((result.out + result.err).split())) == (1, True)
    assert [run["status"] for run in one.runs("app")] == [0]
    fixed(one)


def test_a_limactl_that_is_too_old_or_missing_or_tells_no_version(one: Dvm) -> None:
    limactl = one.place / "other-limactl"
    for answer, said in [
        ("limactl version 1.2.1", "too old"),
        ("hello", "does not report its version"),
        ("", "nothing"),
    ]:
        limactl.write_text(f'#!/bin/sh\n[ "$1" = list ] || echo "{answer}"\n')
        limactl.chmod(0o755)
        result = one.run("apply", "-y", DVM_LIMACTL=str(limactl))
        assert (result.code, said in result.err, "Lima 2.0 or later" in result.err) == (1, True, True), result.err
    for missing in ("/nonexistent", "no-such-limactl"):
        result = one.run("apply", "-y", DVM_LIMACTL=missing)
        assert (result.code, "Lima 2.0 or later" in result.err) == (1, True)


def test_a_limactl_that_refuses_root_is_no_older_one(one: Dvm) -> None:
    limactl = one.place / "other-limactl"
    limactl.write_text("#!/bin/sh\necho 'limactl: must not run as the root user' >&2\nexit 1\n")
    limactl.chmod(0o755)
    for words in (["ls"], ["plan"], ["apply", "-y"], ["stop", "--all"]):
        result = one.run(*words, DVM_LIMACTL=str(limactl))
        said = "limactl refuses to run as root.\n\n  Use DVM as your own user."
        assert (result.code, said in result.err) == (1, True), result.err
    assert "Install Lima" not in one.run("doctor", DVM_LIMACTL=str(limactl)).out


def test_a_delete_that_was_cut_off_is_taken_up(one: Dvm) -> None:
    """limactl removes files in no particular order; whichever are left, they are known as ours."""
    directory = one.lima_home / "dvm-app"
    for lost in (["dvm.json"], ["lima.yaml"], ["lima.yaml", "dvm.json"], ["disk"]):
        assert one.run("apply", "-y").code == 0
        rule = {"match": ["delete"], "do": "die-midway", "lost": [str(directory / name) for name in lost]}
        result = one.run("apply", "-y", "--replace", "app", "--discard-work", **faulty(one, rule))
        assert result.code == 1
        planned = one.run("plan")
        assert "an earlier delete was cut off" in planned.out.lower(), planned.out + planned.err
        fixed(one)
        assert one.run("apply", "-y", "--destroy", "--discard-work", **faulty(one, rule)).code == 1
        done = one.run("apply", "-y", "--destroy")
        assert done.code == 0, done.out + done.err
        assert not directory.exists()


@pytest.mark.parametrize("do", ["fail", "die-before"])
def test_a_vm_whose_delete_failed_is_not_taken_for_what_a_delete_left(one: Dvm, do: str) -> None:
    """The guard found nothing that day; what was written since then is work again, whatever lies beside it."""
    assert one.run("apply", "-y").code == 0
    directory = one.lima_home / "dvm-app"
    passing = directory / ".lima.yaml.swp"
    passing.touch()
    assert one.run("rm", "app", "--yes", **faulty(one, {"match": ["delete"], "do": do})).code == 1
    assert not (one.state / "app" / "deleting.json").exists(), "nothing was deleted"
    passing.unlink()
    work = directory / "guest-work.json"
    path = "/home/developer/code/app"
    work.write_text(json.dumps([{"kind": "uncommitted", "path": path, "branch": "main", "detail": "1 file"}]))
    assert one.run("plan", "--detailed-exitcode").code == 0
    one.forget()
    assert one.run("sync", "app").code == 0
    assert one.calls(changing=True) == []
    refused = one.run("rm", "app", "--yes")
    assert (refused.code, path in refused.out + refused.err) == (1, True)
    assert work.exists()


def test_an_instance_made_by_hand_is_not_taken_for_what_a_delete_left(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    rule = {"match": ["delete"], "do": "die-after"}
    assert one.run("apply", "-y", "--destroy", "--discard-work", **faulty(one, rule)).code == 1
    assert (one.state / "app" / "deleting.json").exists()
    assert one.limactl("create", "--tty=false", "--name=dvm-app", "template:fedora").code == 0
    note = one.state / "app" / "deleting.json"
    about = (one.lima_home / "dvm-app").stat()
    # The same number of the inode, even.
    note.write_text(json.dumps(json.loads(note.read_text()) | {"device": about.st_dev, "inode": about.st_ino}))
    for flags in ([], ["--destroy"]):
        one.forget()
        one.run("apply", "-y", *flags)
        assert one.calls(changing=True) == []
    assert "DVM311" in one.run("plan").out


def test_a_create_that_left_an_empty_directory(one: Dvm) -> None:
    rule = {"match": ["create"], "do": "die-before"}
    result = one.run("apply", "-y", **faulty(one, {**rule, "do": "kill-parent-before"}))
    assert result.code == -signal.SIGKILL
    time.sleep(1)
    directory = one.lima_home / "dvm-app"
    for path in directory.iterdir() if directory.exists() else ():
        path.unlink()
    directory.mkdir(exist_ok=True)
    (directory / "lima.yaml").touch()
    fixed(one)


def test_what_was_due_is_not_forgotten_by_an_apply_that_was_cut_off(one: Dvm) -> None:
    """b runs because a did; cut off in between, it still has to."""
    assert one.run("apply", "-y").code == 0
    one.script("a.sh", "# sim: sleep 1")
    process = one.popen("apply", "-y")
    starts = one.lima_home / "dvm-app" / "guest-starts.jsonl"
    for _ in range(600):
        if len(starts.read_text().splitlines()) == 3:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert ended(process).code == 130
    assert [run["text"].splitlines()[-1] for run in one.runs("app")] == ["echo a", "echo b", "# sim: sleep 1"]
    assert "1 script to run" in one.run("plan").out
    fixed(one, runs=4)
