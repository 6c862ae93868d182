"""Real VMs: skipped where there can be none, cleaned up whatever happens, and each scenario ends with "No changes."."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

from tests.e2e.real_dvm import LIMACTL, SETTLED, STEPS, RealDvm, why_not

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def real(place: Path, request: pytest.FixtureRequest) -> Iterator[RealDvm]:
    """DVM on the real limactl; its instances are deleted at the end, also after Ctrl-C and SIGTERM."""

    def terminated(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminated)
    dvm = RealDvm(place)
    dvm.test = request.node.name
    try:
        yield dvm
    finally:
        dvm.clean_up()
        signal.signal(signal.SIGTERM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Let a scenario pass only when a second apply has nothing left to do."""
    yield
    real = getattr(item, "funcargs", {}).get("real")
    if isinstance(real, RealDvm):
        with real.step("a second apply has nothing to do"):
            code, said = real.apply()
            assert code == 0, said
            assert SETTLED in said.splitlines(), said


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over the steps of a worker: `-n 2` has two scenarios side by side."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["steps"] = STEPS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over the steps of a worker."""
    STEPS.extend((test, what, seconds) for test, what, seconds in getattr(node, "workeroutput", {}).get("steps", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show how long each step took, and on what it was tried."""
    if not STEPS or LIMACTL is None:
        return
    terminalreporter.section("real VMs, step by step")
    for test in dict.fromkeys(test for test, _, _ in STEPS):
        terminalreporter.write_line(test)
        for other, what, seconds in STEPS:
            if other == test:
                terminalreporter.write_line(f"  {seconds:6.1f} s  {what}")
    passed = len(terminalreporter.stats.get("passed", ()))
    failed = len(terminalreporter.stats.get("failed", ())) + len(terminalreporter.stats.get("error", ()))
    ended = "all green" if not failed else f"{failed} failed"
    terminalreporter.write_line(f"{passed} scenarios, {len(STEPS)} steps, {ended}: {'; '.join(_versions())}")


def _versions() -> Iterator[str]:
    for program, flag in ((LIMACTL, "--version"), (shutil.which("qemu-system-x86_64"), "--version")):
        if program:
            said = subprocess.run([program, flag], capture_output=True, text=True, check=False).stdout
            yield said.splitlines()[0] if said else program
