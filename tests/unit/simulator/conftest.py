"""A simulator with a small home, for what only the simulator can do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.subject import SIMULATOR, Lima
from tests.places import short_place

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]


class Sim(Lima):
    """The simulator; `faults` and `record` are files beside its home."""

    def fault(self, *rules: dict[str, Any]) -> None:
        """Put rules in force, their counts at zero."""
        path = self.home.parent / "faults.json"
        path.write_text(json.dumps(rules))
        Path(f"{path}.counts").unlink(missing_ok=True)
        self.env["DVM_SIM_FAULTS"] = str(path)

    def start_recording(self) -> Path:
        """Record from now on; return the file."""
        path = self.home.parent / "record.jsonl"
        self.env["DVM_SIM_RECORD"] = str(path)
        return path

    def popen(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a call whose streams the test holds."""
        env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home.parent),
            "LIMA_HOME": str(self.home),
            **self.env,
        }
        pipe = subprocess.PIPE
        return subprocess.Popen([*self.program, *args], env=env, cwd=self.cwd, stdin=pipe, stdout=pipe, stderr=pipe)

    def jsonl(self, path: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture(scope="session")
def _running() -> Iterator[Path]:
    """A home with a running instance `a`, made once and copied for each test."""
    with short_place() as place:
        home = place / "h"
        sim = Sim(SIMULATOR, home, place, Path(), real=False, env={"PYTHONPATH": str(ROOT)})
        sim.ok("create", "--tty=false", "--name=a", "--plain", "--mount-none", "--containerd=none", "template:fedora")
        sim.ok("start", "--tty=false", "a")
        yield home


@pytest.fixture
def sim() -> Iterator[Sim]:
    """A simulator with an empty home."""
    with short_place() as place:
        (place / "cwd").mkdir()
        yield Sim(
            SIMULATOR,
            place / "h",
            place / "cwd",
            Path("template:fedora"),
            real=False,
            env={"PYTHONPATH": str(ROOT)},
        )


@pytest.fixture
def running(sim: Sim, _running: Path) -> Sim:
    """A simulator with a running instance `a`."""
    shutil.copytree(_running, sim.home)
    return sim
