"""kill -9 in each phase of an apply on a VM that boots; the next apply fixes it, and nothing runs twice that ended."""

from __future__ import annotations

import json
import time

from tests.e2e.real_dvm import RealDvm

PATIENT = ("--lock-timeout", "10m")
"""A limactl that outlived the DVM that called it goes on: the next apply waits for it to end."""


def kill_in(real: RealDvm, step: str, seconds: float, *flags: str, said: str = "") -> None:
    """Start an apply and kill it `seconds` after the step of this id began and its script said what it had to."""
    with real.step(f"kill -9 in {step.removeprefix('vm.app/')}"):
        journal = real.state / "journal.jsonl"
        seen = len(journal.read_text().splitlines()) if journal.exists() else 0
        with real.popen("apply", "-y", *PATIENT, *flags) as process:
            deadline = time.monotonic() + 900
            while time.monotonic() < deadline and process.poll() is None:
                lines = journal.read_text().splitlines()[seen:] if journal.exists() else []
                events = [json.loads(line) for line in lines]
                if any(event["event"] == "step_started" and event["id"] == step for event in events):
                    break
                time.sleep(0.005)  # a delete is over within a quarter of a second
            log = real.state / "app" / "setup.log"
            while said and said not in log.read_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(seconds)
            process.kill()
            out, err = process.communicate(timeout=60)
        assert process.returncode == -9, out + err


def left(real: RealDvm, *texts: str) -> None:
    """There is something left to do, and the plan says what."""
    planned = real.run("plan", "--detailed-exitcode")
    assert planned.code == 2, planned.out + planned.err
    for text in texts:
        assert text in planned.out, planned.out


def test_killed_in_each_phase(real: RealDvm) -> None:
    setup = 'setup = ["a.sh", "b.sh"]\n'
    real.vm(f"cpus = 1\n{setup}")
    real.script("a.sh", "echo a | sudo tee -a /runs")
    real.script("b.sh", "echo b begins | sudo tee -a /runs", "sleep 20", "echo b ends | sudo tee -a /runs")

    kill_in(real, "vm.app/create", 0.3)
    left(real, "vm.app will be", "2 scripts to run.")
    kill_in(real, "vm.app/start", 6)
    left(real, "2 scripts to run.")
    with real.step("who goes on is named while it goes on"):
        busy = real.run("apply", "-y", "--lock-timeout", "0")
        assert busy.code == 4, busy.out + busy.err
        assert "limactl start" in busy.err
        assert "goes on, though the DVM that" in busy.err
    kill_in(real, "vm.app/bootstrap", 0.5)
    left(real, "2 scripts to run.")
    kill_in(real, "vm.app/setup-2", 1, said="b begins")
    left(real, "1 script to run.")
    with real.step("the script ends in the guest with the apply that waited for it"):
        time.sleep(25)
        assert real.guest("cat /runs") == "a\nb begins\n"
    with real.step("the next apply runs it, and not the one before it"):
        said = real.converge(*PATIENT)
        assert "a.sh" not in said.split("Plan:")[1]
        assert real.guest("cat /runs") == "a\nb begins\nb begins\nb ends\n"

    with real.step("a script that ended while nobody looked is not run again"):
        # As if DVM had been killed between the end in the guest and the receipt.
        receipt = json.loads(real.receipt_path().read_text())
        receipt["setup"][1] |= {"ended": None, "exit_status": None}
        real.receipt_path().write_text(json.dumps(receipt))
        left(real, "was cut off")
        real.converge()
        assert real.guest("cat /runs") == "a\nb begins\nb begins\nb ends\n"

    real.vm(f"cpus = 2\n{setup}")
    kill_in(real, "vm.app/stop", 0.5)
    left(real, "1 -> 2")
    kill_in(real, "vm.app/edit", 0.02)
    left(real)
    with real.step("the next apply ends the edit and boots"):
        real.converge(*PATIENT)
        assert real.guest("nproc; wc -l </runs") == "2\n4\n"

    kill_in(real, "vm.app/delete", 0.05, "--destroy")
    with real.step("a delete that was cut off is ended"):
        assert real.apply("--destroy", *PATIENT)[0] == 0
        assert real.instances() == {}
        real.manifest("")
