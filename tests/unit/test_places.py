"""What a test run leaves is found, said, and removed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Dvm
from tests.places import base, new_place, remove_abandoned

LEAVES = """
import subprocess, sys
import tests.places

def test_leaves(place):
    tests.places._PATIENCE_SECONDS = 0
    words = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)", str(place)]
    left = subprocess.Popen(words, start_new_session=True, stdout=subprocess.PIPE)
    with left.stdout:
        left.stdout.readline()
    left.returncode = 0
"""


@pytest.mark.parametrize("options", [(), ("-n1",)], ids=["alone", "in a worker"])
def test_a_run_that_leaves_a_process_has_failed(tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "test_leaves.py"
    file.write_text(LEAVES)
    words = ["-q", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), *options, str(file)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert (done.returncode, done.stdout.count("Left running by the tests, and killed: ")) == (1, 1), done.stdout


def test_what_runs_for_a_vm_ends_when_its_directory_is_removed(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    process = int((dvm.lima_home / "dvm-app" / "qemu.pid").read_text())
    assert str(dvm.place) in command_line(process)
    subprocess.run(["rm", "-r", str(dvm.place)], check=True)
    deadline = time.monotonic() + 20
    while str(dvm.place) in command_line(process):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def command_line(process: int) -> str:
    """Return a process's command line; nothing of one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def test_the_directories_of_a_process_that_is_gone_are_removed() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    abandoned, foreign, own = base() / f"{gone.pid:x}-1", base() / "x-1", new_place()
    abandoned.mkdir()
    foreign.mkdir()
    remove_abandoned()
    assert (abandoned.exists(), foreign.exists(), own.exists()) == (False, True, True)
    foreign.rmdir()
    own.rmdir()
