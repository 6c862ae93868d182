"""A declared port that is not forwarded is shown, and an apply forwards it again."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator

import pytest

from dvm.lima.home import Home
from dvm.lima.machine import Machine
from tests.conftest import Dvm


@pytest.fixture
def other() -> Iterator[socket.socket]:
    """Another process' port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _declare(dvm: Dvm, port: int, isolation: str = "strict", more: str = "") -> None:
    dvm.manifest(f'[vm.app]\nports = ["{port}:80"]\nisolation = "{isolation}"\n{more}')


@pytest.mark.parametrize("isolation", ["strict", "standard"])
def test_a_port_is_forwarded_from_the_start(dvm: Dvm, isolation: str) -> None:
    port = _free()
    _declare(dvm, port, isolation)
    assert dvm.run("apply", "-y").code == 0
    (instance,) = map(json.loads, dvm.limactl("list", "--json").out.splitlines())
    rule = instance["config"]["portForwards"][0]
    assert (rule["hostPort"], rule["guestPort"], rule["static"]) == (port, 80, True)
    assert dvm.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("isolation", ["strict", "standard"])
def test_a_dead_port_is_shown_and_repaired(dvm: Dvm, isolation: str) -> None:
    port = _free()
    _declare(dvm, port, isolation)
    assert dvm.run("apply", "-y").code == 0
    dvm.limactl("sim", "dead-port", "dvm-app", str(port))
    plan = dvm.run("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert "DVM316" in plan.out
    assert str(port) in plan.out
    assert "forwards" in dvm.run("ls").out
    assert f"Port {port}" in " ".join(dvm.run("status", "app").out.split())
    doctor = dvm.run("doctor")
    assert "DVM316" in doctor.out
    assert f"port {port}" in doctor.out.lower()
    dvm.forget()
    assert dvm.run("apply", "-y").code == 0
    assert [call[-1] for call in dvm.calls(changing=True) if "start" in call or "stop" in call] == ["dvm-app"] * 2
    assert dvm.run("plan", "--detailed-exitcode").code == 0
    assert "DVM316" not in dvm.run("doctor").out


def test_sessions_go_on_beside_a_dead_port(dvm: Dvm) -> None:
    port = _free()
    _declare(dvm, port)
    assert dvm.run("apply", "-y").code == 0
    dvm.limactl("sim", "dead-port", "dvm-app", str(port))
    assert dvm.run("ssh", "app", "--", "true").code == 0


def test_a_port_that_another_process_has_denies_before_anything_is_made(dvm: Dvm, other: socket.socket) -> None:
    port = other.getsockname()[1]
    _declare(dvm, port)
    plan = dvm.run("plan")
    assert plan.code == 3
    assert "DVM316" in plan.out
    assert dvm.run("apply", "-y").code == 3
    assert dvm.calls(changing=True) == []
    other.close()
    assert dvm.run("apply", "-y").code == 0


def test_a_port_that_another_process_took_denies_the_restart(dvm: Dvm) -> None:
    port = _free()
    _declare(dvm, port)
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("stop", "app").code == 0
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        dvm.forget()
        assert dvm.run("start", "app").code == 3
        assert dvm.run("apply", "-y").code == 3
        assert dvm.calls(changing=True) == []
    assert dvm.run("start", "app").code == 0


def test_a_port_taken_between_plan_and_start_fails_the_apply(dvm: Dvm) -> None:
    """Lima reports it in a log alone, and its start ends well."""
    port = _free()
    _declare(dvm, port)
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["start"], "do": "delay", "seconds": 2}]))
    with dvm.popen("apply", "-y", DVM_SIM_FAULTS=str(faults)) as process, socket.socket() as listener:
        deadline = time.monotonic() + 60
        while not any("start" in call for call in dvm.calls(changing=True)):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "DVM316" in err
    assert f"port {port} is taken by" in " ".join(err.split())
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen on each port")
def test_a_port_that_this_user_may_not_listen_on_denies(dvm: Dvm) -> None:
    if not Machine(Home(dvm.lima_home)).why_taken(80):
        pytest.skip("this host lets each user listen on port 80")
    _declare(dvm, 80)
    plan = dvm.run("plan")
    assert plan.code == 3
    assert "may not listen" in " ".join(plan.out.split())
