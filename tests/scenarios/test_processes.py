"""Whose processes limactl is allowed to kill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Dvm


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "300"]) as process:
        yield process
        process.kill()


@pytest.fixture
def cut(dvm: Dvm, stranger: subprocess.Popen[bytes]) -> Dvm:
    """A VM whose host lost power, and whose pid files name another program since."""
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.limactl("sim", "poweroff", "dvm-app")
    for name in ("ha.pid", "qemu.pid"):
        (dvm.lima_home / "dvm-app" / name).write_text(f"{stranger.pid}\n")
    assert '"Broken"' in dvm.limactl("list", "--json").out
    return dvm


def test_plan_touches_nothing(cut: Dvm, stranger: subprocess.Popen[bytes]) -> None:
    assert cut.run("plan").code == 0
    assert stranger.poll() is None
    assert (cut.lima_home / "dvm-app" / "ha.pid").exists()


@pytest.mark.parametrize(
    "arguments", [("apply", "-y"), ("sync", "app"), ("rm", "app", "--yes", "--discard-work"), ("stop", "app")]
)
def test_no_command_has_a_stranger_killed(cut: Dvm, stranger: subprocess.Popen[bytes], arguments: tuple[str]) -> None:
    result = cut.run(*arguments)
    assert stranger.poll() is None, result.out + result.err
    assert result.code == 0, result.out + result.err


def test_after_it_the_vm_runs(cut: Dvm) -> None:
    assert cut.run("apply", "-y").code == 0
    assert cut.run("plan", "--detailed-exitcode").code == 0


def test_a_limactl_by_hand_would_have_killed_it(cut: Dvm, stranger: subprocess.Popen[bytes]) -> None:
    cut.limactl("stop", "-f", "dvm-app")
    assert stranger.wait(5) == -9
    assert not Path(cut.lima_home / "dvm-app" / "ha.pid").exists()
