"""A place for tests that DVM trusts, and a whole DVM in it, on the simulator."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, AnyStr

import pytest
from hypothesis import HealthCheck, settings

from tests.places import base, end_what_is_left, new_place, remove_abandoned, remove_own, short_place
from tests.warm.program import Program

# Machines that run tests are shared: how long an example takes says nothing.
settings.register_profile("dvm", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("dvm")

# A script that starts the tests in its background lets them ignore Ctrl-C, and so would every dvm that they start.
for _number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        # What is started gets the default; this process must live to end what it started.
        signal.signal(_number, signal.default_int_handler)


ROOT = Path(__file__).resolve().parent.parent
DVM, SIMULATOR, SIMULATED_SSH = "dvm.__main__", "dvm.simulator.__main__", "dvm.simulator.ssh"
REMOTE = "dvm.cli.remote"
_programs: dict[str, Program] = {}
# What programs look at when they run, and not while Python starts or they import.
_ASKED_LATE = re.compile(
    r"PATH|HOME|USER|LIMA_\w+|SSH\w*|TERM|COLUMNS|NO_COLOR|TMPDIR|(DVM|XDG|QEMU)_\w+|\w+_(proxy|PROXY)"
)
# Some tests run twenty at once.
_one_at_a_time = threading.Lock()


def program(module: str) -> Program:
    """Return the program whose `main` the module has, which is up from its first use to the end of this process' tests."""
    with _one_at_a_time:
        if module not in _programs:
            _programs[module] = Program(module, new_place(), {"PATH": "/usr/bin:/bin", **FIXED})
        return _programs[module]


_left: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin with no directory of a run that was killed."""
    if not hasattr(session.config, "workerinput"):
        remove_abandoned()


@pytest.hookimpl(trylast=True)  # after Ctrl-C, what a fixture cleans up is cleaned up in this hook, before it
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what is up; a run that leaves a process behind has failed."""
    for each in _programs.values():
        each.close()
    remove_own()
    _left.extend(end_what_is_left())
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = _left
    elif _left and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a worker found."""
    _left.extend(getattr(node, "workeroutput", {}).get("left", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was left."""
    for words in _left:
        terminalreporter.write_line(f"Left running by the tests, and killed: {words}", red=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what only root can do; `.ci/run` does it."""
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip("only root can give a file to another user")


@pytest.fixture
def place() -> Any:
    """A short, trusted, empty directory: socket paths under LIMA_HOME end at 107 bytes."""
    with short_place() as path:
        yield path


FIXED = {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    # Compiled once, beside the tests' own directories: hundreds of commands are started.
    "PYTHONPYCACHEPREFIX": str(base().parent / "pycache"),
}


def _asked_late(environment: Mapping[str, str]) -> bool:
    return all(FIXED.get(name) == value or _ASKED_LATE.fullmatch(name) for name, value in environment.items())


@dataclass
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @staticmethod
    def of(done: subprocess.CompletedProcess[bytes]) -> Result:
        out, err = (said.decode().replace("\r\n", "\n") for said in (done.stdout, done.stderr))
        return Result(done.returncode, out, err)

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Dvm:
    """DVM with a configuration, a state directory and a Lima (the simulator) of its own under `place`.

    `cold`: both are processes of their own from their start, where a test looks at that.
    """

    place: Path
    environment: dict[str, str] = field(default_factory=dict)
    cold: bool = False

    def __post_init__(self) -> None:
        self.config = self.place / "c"
        self.lima_home = self.place / "l"
        self.state = self.place / "s"
        self.record = self.place / "calls.jsonl"
        limactl, ssh = self.place / "limactl", self.place / "ssh"
        for directory in (self.config, self.lima_home):
            directory.mkdir(mode=0o700)
        for executable, module in ((limactl, SIMULATOR), (ssh, SIMULATED_SSH)):
            if self.cold:
                executable.write_text(
                    f"#!{sys.executable} -I\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
                    f"sys.pycache_prefix = {str(base().parent / 'pycache')!r}\nsys.dont_write_bytecode = False\n"
                    f"from {module} import main\nmain()\n"
                )
                executable.chmod(0o755)
            else:
                program(module).write_executable(executable)
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.place),
            "USER": "tester",
            **FIXED,
            "DVM_CONFIG_DIR": str(self.config),
            "DVM_STATE_DIR": str(self.state),
            "DVM_LIMACTL": str(limactl),
            "SSH": str(ssh),
            "LIMA_HOME": str(self.lima_home),
            "DVM_SIM_RECORD": str(self.record),
            **self.environment,
        }

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """Write a file under the configuration directory."""
        path = self.config / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def manifest(self, text: str) -> Path:
        """Write dvm.toml; `version = 1` is put in front."""
        return self.write("dvm.toml", f"version = 1\n{text}")

    def script(self, name: str, *lines: str) -> Path:
        """Write a strict setup script."""
        body = "\n".join(lines)
        return self.write(name, f"#!/usr/bin/env bash\nset -Eeuo pipefail\n{body}\n", 0o700)

    def popen(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `dvm ARGUMENTS…`, always a process of its own."""
        return Ended(
            [sys.executable, "-m", "dvm", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment | environment,
            cwd=self.place,
        )

    def run_bytes(
        self,
        *arguments: str,
        stdin: bytes = b"",
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `dvm ARGUMENTS…` to its end, whose output may be no text, and who reads `stdin`.

        `directory`: where it runs; default: `place`.
        """
        asked, directory = self.environment | dict(environment or {}), directory or self.place
        if not self.cold and _asked_late(asked):
            return program(DVM).run(arguments, environment=asked, directory=directory, stdin=stdin, timeout=timeout)
        return subprocess.run(
            [sys.executable, "-m", "dvm", *arguments],
            input=stdin,
            capture_output=True,
            env=asked,
            cwd=directory,
            check=False,
            timeout=timeout,
        )

    def run(self, *arguments: str, timeout: float = 60, **environment: str) -> Result:
        """Run `dvm ARGUMENTS…` to its end."""
        result = Result.of(self.run_bytes(*arguments, timeout=timeout, environment=environment))
        assert "Traceback" not in result.out + result.err, result.out + result.err
        assert "bug in DVM" not in result.err, result.err
        return result

    def limactl(self, *arguments: str, stdin: str = "") -> Result:
        """Call the simulator by hand, outside the record."""
        environment = {name: value for name, value in self.environment.items() if name != "DVM_SIM_RECORD"}
        done = program(SIMULATOR).run(arguments, environment=environment, directory=self.place, stdin=stdin.encode())
        return Result.of(done)

    def calls(self, *, changing: bool | None = None) -> list[list[str]]:
        """Return the limactl calls since `forget`, without the program's name."""
        if not self.record.exists():
            return []
        entries = [json.loads(line) for line in self.record.read_text().splitlines()]
        return [entry["argv"] for entry in entries if changing is None or entry["changing"] is changing]

    def forget(self) -> None:
        """Empty the record of calls."""
        self.record.unlink(missing_ok=True)

    def receipt(self, vm: str) -> dict[str, Any]:
        """Read a VM's receipt."""
        value: dict[str, Any] = json.loads((self.lima_home / f"dvm-{vm}" / "dvm.json").read_text())
        return value

    def runs(self, vm: str) -> list[dict[str, Any]]:
        """Return what ran in a simulated guest, in order."""
        path = self.lima_home / f"dvm-{vm}" / "guest-runs.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Ended(subprocess.Popen[AnyStr]):
    """A process that a test that failed does not wait for."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, value, trace)


@pytest.fixture
def dvm(place: Path, request: pytest.FixtureRequest) -> Dvm:
    """A whole DVM on the simulator."""
    return Dvm(place, cold=request.node.get_closest_marker("cold") is not None)
