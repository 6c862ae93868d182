"""Calls that fail, hang and die as a test wants them to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.simulator.conftest import Sim


def test_a_failure_does_nothing_and_says_what_it_is_told(running: Sim) -> None:
    running.fault({"match": ["stop", "a"], "do": "fail", "exit": 7, "stderr": "no\n", "stdout": "out\n"})
    answer = running.run("stop", "a")
    assert (answer.code, answer.out, answer.err) == (7, "out\n", "no\n")
    assert running.line("a")["status"] == "Running"


def test_only_the_nth_matching_call(running: Sim) -> None:
    running.fault({"match": ["list"], "nth": 2, "do": "fail"})
    assert [running.run("list", "-q").code for _ in range(3)] == [0, 1, 0]


def test_words_match_whole(running: Sim) -> None:
    running.fault({"match": ["list", "b"], "do": "fail"}, {"match": ["lis"], "do": "fail"})
    assert running.run("list", "-q").code == 0


def test_a_failure_after_the_work(running: Sim) -> None:
    running.fault({"match": ["stop"], "do": "fail-after", "exit": 1})
    assert running.run("stop", "a").code == 1
    assert running.line("a")["status"] == "Stopped"


def test_garbage_is_no_json(running: Sim) -> None:
    running.fault({"match": ["list"], "nth": 1, "do": "garbage"})
    answer = running.run("list", "--json")
    assert answer.code == 0
    with pytest.raises(ValueError, match="Expecting value"):
        answer.lines()


def test_a_flood_comes_before_the_work(running: Sim) -> None:
    running.fault({"match": ["stop"], "do": "flood", "lines": 2000})
    assert running.ok("stop", "a").err.count("floods") == 2000


def test_a_delay(running: Sim) -> None:
    running.fault({"match": ["list"], "do": "delay", "seconds": 0.3})
    begin = time.monotonic()
    running.ok("list", "-q")
    assert time.monotonic() - begin >= 0.3


def test_a_hang_lasts_until_it_is_killed(running: Sim) -> None:
    running.fault({"match": ["stop"], "do": "hang"})
    with pytest.raises(subprocess.TimeoutExpired):
        running.run("stop", "a", timeout=0.5)


@pytest.mark.parametrize(
    ("do", "status"), [("die-before", "Running"), ("kill-self", "Running"), ("die-after", "Stopped")]
)
def test_death(running: Sim, do: str, status: str) -> None:
    running.fault({"match": ["stop"], "do": do})
    assert running.run("stop", "a").code == -signal.SIGKILL
    assert running.line("a")["status"] == status


@pytest.mark.parametrize(("do", "status"), [("kill-parent-before", "Stopped"), ("kill-parent-after", "Stopped")])
def test_the_death_of_the_caller(running: Sim, do: str, status: str) -> None:
    running.fault({"match": ["stop"], "do": do})
    code = f"import subprocess, sys; subprocess.run({[*running.program, 'stop', 'a']!r}); print('lived')"
    caller = Caller(running).run(code)
    assert caller.returncode == -signal.SIGKILL
    assert b"lived" not in caller.stdout
    end = time.monotonic() + 5
    while running.line("a")["status"] != status:
        assert time.monotonic() < end


class Caller:
    """A process that calls the simulator, to be killed by it."""

    def __init__(self, sim: Sim) -> None:
        self.env: dict[str, Any] = {"LIMA_HOME": str(sim.home), "HOME": str(sim.home.parent), **sim.env}

    def run(self, code: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-c", code], env=self.env, capture_output=True, check=False)
