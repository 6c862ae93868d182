"""kill -9 in the middle of a boot, of a setup script and of an edit; the next apply mends it."""

from __future__ import annotations

import json
import time

from tests.e2e.conftest import RealDvm
from tests.e2e.test_main_job import apply, settled


def kill_in(real: RealDvm, step: str, seconds: float) -> None:
    """Start an apply and kill it `seconds` after the step of this id began."""
    journal = real.state / "journal.jsonl"
    seen = len(journal.read_text().splitlines()) if journal.exists() else 0
    with real.popen("apply", "-y") as process:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None:
            lines = journal.read_text().splitlines()[seen:] if journal.exists() else []
            events = [json.loads(line) for line in lines]
            if any(event["event"] == "step_started" and event["id"] == step for event in events):
                break
            time.sleep(0.05)
        time.sleep(seconds)
        process.kill()
        out, err = process.communicate(timeout=60)
    assert process.returncode == -9, out + err


def test_killed_in_a_boot_in_a_script_and_in_an_edit(real: RealDvm) -> None:
    real.vm('cpus = 1\nsetup = ["a.sh", "b.sh"]\n')
    real.script("a.sh", "echo a | sudo tee -a /runs")
    real.script("b.sh", "echo b begins | sudo tee -a /runs", "sleep 20", "echo b ends | sudo tee -a /runs")
    kill_in(real, "vm.app/start", 6)
    left = real.run("plan", "--detailed-exitcode")
    assert left.code == 2
    assert "2 scripts to run." in left.out

    kill_in(real, "vm.app/setup-2", 5)
    left = real.run("plan", "--detailed-exitcode")
    assert left.code == 2
    assert "1 script to run." in left.out
    time.sleep(25)
    assert real.guest("cat /runs") == "a\nb begins\n", "the script was ended with the apply that waited for it"
    code, said = apply(real)
    assert code == 0
    assert "a.sh" not in said.split("Plan:")[1]
    assert real.guest("cat /runs") == "a\nb begins\nb begins\nb ends\n"
    assert settled(real)

    real.vm('cpus = 2\nsetup = ["a.sh", "b.sh"]\n')
    kill_in(real, "vm.app/edit", 0.02)
    assert real.run("plan", "--detailed-exitcode").code == 2
    assert apply(real)[0] == 0
    assert real.guest("nproc; wc -l </runs") == "2\n4\n"
    assert settled(real)


def test_a_script_that_ended_while_nobody_looked_is_not_run_again(real: RealDvm) -> None:
    real.vm('cpus = 1\nsetup = ["a.sh"]\n')
    real.script("a.sh", "echo a | sudo tee -a /runs")
    assert apply(real)[0] == 0
    # As if DVM had been killed between the end in the guest and the receipt.
    path = real.lima_home / "dvm-app" / "dvm.json"
    receipt = json.loads(path.read_text())
    receipt["setup"][0] |= {"ended": None, "exit_status": None}
    path.write_text(json.dumps(receipt))
    assert "was cut off" in real.run("plan").out
    code, _ = apply(real)
    assert code == 0
    assert real.guest("cat /runs") == "a\n"
    assert settled(real)
