"""A world in which a VM gets another name: a protected one that runs, was set up, and is needed by another."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from tests.conftest import Dvm
from tests.crash.world import KILLER, Kill

MANIFEST = """
[vm.db]
setup = ["s.sh"]
protect = true
[vm.app]
depends_on = ["db"]
"""
RENAME = ("mv", "db", "pg")


class RenameWorld:
    """`reset` brings the world back to where the rename begins, at the same place."""

    def __init__(self, place: Path) -> None:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.place, self._snapshot = place / "w", place / "snapshot"
        self.place.mkdir(mode=0o700)
        self.dvm = Dvm(self.place)
        self.dvm.manifest(MANIFEST)
        self.dvm.script("s.sh", "echo s")
        done = self.dvm.run("apply", "-y")
        assert done.code == 0, done.out + done.err
        self.dvm.forget()
        shutil.copytree(self.place, self._snapshot, symlinks=True)
        self.faults = self.place / "faults.json"

    def reset(self) -> None:
        shutil.rmtree(self.place)
        shutil.copytree(self._snapshot, self.place, symlinks=True)

    def kill_points(self) -> list[Kill]:
        """Return every place at which the rename can be killed, found by letting one live."""
        self.reset()
        done = self.dvm.run(*RENAME, **self._watched())
        assert done.code == 0, done.out + done.err
        calls, writes = len(self.dvm.calls()), (self.place / "writes").read_text()
        self.check_end()
        return [
            *(Kill(how, at) for at in range(1, calls + 1) for how in ("before", "after")),
            *(Kill("write", at) for at in range(1, len(writes) + 1)),
            *(Kill("half", at) for at, letter in enumerate(writes, 1) if letter == "W"),
        ]

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill a rename, then apply, and, where nothing had been begun, rename; nothing shows of it."""
        self.reset()
        dvm = self.dvm
        with dvm.popen(*RENAME, **self._killing(kill)) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, f"{kill}: {process.returncode}\n{out}{err}"
        if wait:
            time.sleep(0.5)
            planned = dvm.run("plan", "--json")
            assert planned.code == 0, planned.out + planned.err
            assert planned.json["orphans"] == planned.json["unmanaged"] == [], kill
            assert not [change for change in planned.json["resource_changes"] if change["change"]["actions"] != ["update"]
                        and change["change"]["actions"] != ["no-op"]], kill  # fmt: skip
        again = dvm.run("apply", "-y", "--lock-timeout", "60s", timeout=120)
        assert again.code == 0, f"{kill}\n{again.out}{again.err}"
        if "[vm.db]" in (dvm.config / "dvm.toml").read_text():
            assert sorted(self._there()) == ["dvm-app", "dvm-db"], kill
            again = dvm.run(*RENAME)
            assert again.code == 0, f"{kill}\n{again.out}{again.err}"
        self.check_end()

    def check_end(self) -> None:
        """It has the new name everywhere, is as it was, and nothing ran again."""
        dvm = self.dvm
        assert sorted(self._there()) == ["dvm-app", "dvm-pg"]
        text = (dvm.config / "dvm.toml").read_text()
        assert text == "version = 1\n" + MANIFEST.replace("vm.db", "vm.pg").replace('"db"', '"pg"')
        receipt = dvm.receipt("pg")
        assert (receipt["vm"], receipt["instance"], receipt["code_of"]) == ("pg", "dvm-pg", "")
        assert len(dvm.runs("pg")) == 1
        guest: dict[str, Any] = json.loads((dvm.lima_home / "dvm-pg" / "guest.json").read_text())
        assert guest["users"]["developer"]["code_dir"] == "/home/developer/code/pg"
        planned = dvm.run("plan", "--detailed-exitcode")
        assert planned.code == 0, planned.out + planned.err
        assert dvm.run("status", "pg", "--json").json["protected"] is True
        assert not list(dvm.state.glob("*/renaming.json"))

    def _there(self) -> list[str]:
        return [path.name for path in self.dvm.lima_home.iterdir() if path.name.startswith("dvm-")]

    def _killing(self, kill: Kill) -> dict[str, Any]:
        if kill.how in {"before", "after"}:
            rule = {"match": [], "nth": kill.at, "do": f"kill-parent-{kill.how}"}
            self.faults.write_text(json.dumps([rule]))
            return {"DVM_SIM_FAULTS": str(self.faults)}
        return self._watched() | {"DVM_TEST_KILL_AT": str(kill.at), "DVM_TEST_KILL_HOW": kill.how}

    def _watched(self) -> dict[str, Any]:
        return {
            "PYTHONPATH": f"{KILLER}:{self.dvm.environment['PYTHONPATH']}",
            "DVM_TEST_PLACES": f"{self.dvm.state}:{self.dvm.lima_home}:{self.dvm.config}",
            "DVM_TEST_WRITES": str(self.place / "writes"),
            "DVM_TEST_KILL_AT": "0",
        }
