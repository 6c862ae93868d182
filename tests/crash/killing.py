"""What the worlds of the crash matrix share: where DVM can be killed, and how it is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Dvm

_KILLER = Path(__file__).parent / "killer"


@dataclass(frozen=True)
class Kill:
    """Where DVM dies: "before" or "after" limactl's call number `at`, at its own "write" (or "half") number `at`, or while
    limactl "copying" makes clone number `at`.
    """

    how: str
    at: int


class Killable:
    """A world that is prepared once. `reset` brings it back to where `command` begins: at the same place, since paths
    are in its files.
    """

    command: tuple[str, ...]
    every = 61
    """Of so many kill points a sample has one: a prime, so that it is spread over all steps and both sides of them."""

    def __init__(self, place: Path) -> None:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.place = place / "w"
        self._snapshot = place / "snapshot"
        self.place.mkdir(mode=0o700)
        self.dvm = Dvm(self.place)
        self.prepare()
        self.dvm.forget()
        shutil.copytree(self.place, self._snapshot, symlinks=True)
        self.faults = self.place / "faults.json"

    def prepare(self) -> None:
        """Bring the world to where the command begins."""
        raise NotImplementedError

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill the command, go on as a user would, and demand that nothing shows of it.

        `wait`: let limactl, which outlives DVM, end before the next command.
        """
        raise NotImplementedError

    def check_end(self) -> None:
        """Nothing shows of a kill."""
        raise NotImplementedError

    def watched_places(self) -> list[Path]:
        """Return the directories in which writes are counted."""
        return [self.dvm.state, self.dvm.lima_home]

    def reset(self) -> None:
        shutil.rmtree(self.place)
        shutil.copytree(self._snapshot, self.place, symlinks=True)

    def demand_killed(self, kill: Kill) -> None:
        """Run the command and see that it is killed there."""
        done = self.dvm.run_bytes(*self.command, environment=self.killing(kill))
        assert done.returncode == -signal.SIGKILL, f"{kill}: {done.returncode}\n{done.stdout!r}{done.stderr!r}"

    def killing(self, kill: Kill) -> dict[str, Any]:
        """Return the environment in which DVM is killed there."""
        if kill.how in {"before", "after"}:
            rule = {"match": [], "nth": kill.at, "do": f"kill-parent-{kill.how}"}
        elif kill.how == "copying":
            rule = {"match": ["clone"], "nth": kill.at, "do": "kill-parent-copying"}
        else:
            rule = {}
        if rule:
            self.faults.write_text(json.dumps([rule]))
            return {"DVM_SIM_FAULTS": str(self.faults)}
        return self._watched() | {"DVM_TEST_KILL_AT": str(kill.at), "DVM_TEST_KILL_HOW": kill.how}

    def _watched(self) -> dict[str, Any]:
        return {
            "PYTHONPATH": f"{_KILLER}:{self.dvm.environment['PYTHONPATH']}",
            "DVM_TEST_PLACES": ":".join(map(str, self.watched_places())),
            "DVM_TEST_WRITES": str(self.place / "writes"),
            "DVM_TEST_KILL_AT": "0",
        }

    def kill_points(self) -> list[Kill]:
        """Return every place at which the command can be killed, found by letting one live."""
        self.reset()
        done = self.dvm.run(*self.command, **self._watched())
        assert done.code == 0, done.out + done.err
        calls, writes = len(self.dvm.calls()), (self.place / "writes").read_text()
        clones = sum("clone" in call for call in self.dvm.calls())
        self.check_end()
        return [
            *(Kill(how, at) for at in range(1, calls + 1) for how in ("before", "after")),
            *(Kill("copying", at) for at in range(1, clones + 1)),
            *(Kill("write", at) for at in range(1, len(writes) + 1)),
            *(Kill("half", at) for at, letter in enumerate(writes, 1) if letter == "W"),
        ]

    def outlast(self) -> None:
        """Wait for the limactl that outlives a killed DVM."""
        for note in self.dvm.state.glob("*/call.json"):
            try:
                pid = int(json.loads(note.read_text())["pid"])
            except ValueError:
                # Cut off while it was written: which process it is nobody knows.
                time.sleep(2)
                continue
            for _ in range(300):
                try:
                    os.kill(pid, 0)
                    if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                        break
                except OSError:
                    break
                time.sleep(0.05)
        time.sleep(0.3)  # a call that was begun and not yet noted
