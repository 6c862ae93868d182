"""Which boot it is, and whether it is over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dvm.lima.home import Home
from dvm.lima.machine import Machine
from dvm.lima.ssh.boot import boot_token, is_booted
from dvm.model.instance import Instance, Status

MACHINE = Machine(Home(Path("/l")))


def instance(place: Path, pid: int | None) -> Instance:
    return Instance("dvm-app", Status.RUNNING, place, driver_pid=pid)


def test_a_boot_is_a_process_and_when_it_began(place: Path) -> None:
    mine = boot_token(MACHINE, instance(place, os.getpid()))
    assert mine is not None
    assert mine == boot_token(MACHINE, instance(place, os.getpid()))
    assert mine != boot_token(MACHINE, instance(place, os.getppid()))
    assert mine != boot_token(MACHINE, instance(place / "other", os.getpid()))


@pytest.mark.parametrize("pid", [None, 0, 99_999_999])
def test_no_process_is_no_boot(place: Path, pid: int | None) -> None:
    assert boot_token(MACHINE, instance(place, pid)) is None


RUNNING = '{"time":"2026-11-27T00:50:00Z","status":{"running":true,"sshLocalPort":46797}}\n'
BOOTING = '{"time":"2026-11-27T00:49:00Z","status":{"sshLocalPort":46797}}\n'
EXITING = '{"time":"2026-11-27T00:59:00Z","status":{"exiting":true}}\n'


@pytest.mark.parametrize(
    ("events", "booted"),
    [
        (None, True),
        ("", False),
        (BOOTING, False),
        (BOOTING + RUNNING, True),
        (RUNNING + EXITING + BOOTING, False),
        (RUNNING + '{"status":', True),
        (RUNNING + "[1]\n{}\n", True),
        ('{"status":{"running":"yes"}}\n', False),
    ],
)
def test_the_last_word_of_the_host_agent_counts(place: Path, events: str | None, booted: bool) -> None:
    if events is not None:
        (place / "ha.stdout.log").write_text(events)
    assert is_booted(MACHINE.home, instance(place, 1)) is booted
