"""The record of calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dvm.simulator.record import is_changing

if TYPE_CHECKING:
    from tests.unit.simulator.conftest import Sim


def test_each_call_is_a_line(running: Sim) -> None:
    record = running.start_recording()
    running.env["SECRET"] = "hunter2"
    running.run("list", "--json")
    running.run("--log-level", "error", "stop", "a")
    running.run("frob")
    first, second, third = running.jsonl(record)
    assert first["argv"] == ["list", "--json"]
    assert second["argv"] == ["--log-level", "error", "stop", "a"]
    assert [call["changing"] for call in (first, second, third)] == [False, True, False]
    assert first["cwd"] == str(running.cwd)
    assert first["tty"] is False
    assert first["pid"] > 0
    assert first["time"] > 0
    assert "SECRET" in first["env_names"]
    assert "hunter2" not in record.read_text()


@pytest.mark.parametrize(
    ("argv", "changing"),
    [
        (["list"], False),
        (["info"], False),
        (["create", "x"], True),
        (["shell", "a", "true"], True),
        (["shell", "a", "--", "sudo", "bash", "-c", "…", "dvm-guard", "/home", "0"], False),
        (["sim", "break", "a"], False),
    ],
)
def test_what_counts_as_changing(argv: list[str], changing: bool) -> None:
    assert is_changing(argv[0], argv) is changing


def test_calls_side_by_side(sim: Sim) -> None:
    record = sim.start_recording()
    names = [f"n{number}" for number in range(6)]

    def make(name: str) -> int:
        return sim.run("create", "--tty=false", "--containerd=none", f"--name={name}", sim.template).code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(make, names)) == [0] * 6
        again = list(pool.map(make, ["same"] * 4))
    assert sorted(again) == [0, 1, 1, 1]
    assert len(sim.jsonl(record)) == 10
    assert sim.ok("list", "-q").out.split() == [*names, "same"]
