"""A world in which a VM gets another name: a protected one that runs, was set up, and is needed by another."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.crash.killing import Kill, Killable

MANIFEST = """
[vm.db]
setup = ["s.sh"]
protect = true
[vm.app]
depends_on = ["db"]
"""
RENAME = ("mv", "db", "pg")


class RenameWorld(Killable):
    """A protected VM that runs and is needed by another, and is renamed."""

    command = RENAME

    def prepare(self) -> None:
        """Bring the world to where the rename begins."""
        self.dvm.manifest(MANIFEST)
        self.dvm.script("s.sh", "echo s")
        done = self.dvm.run("apply", "-y")
        assert done.code == 0, done.out + done.err

    def watched_places(self) -> list[Path]:
        """Return the directories in which writes are counted: the manifest is written as well."""
        return [*super().watched_places(), self.dvm.config]

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill a rename, then apply, and, where nothing had been begun, rename; nothing shows of it."""
        self.reset()
        dvm = self.dvm
        self.demand_killed(kill)
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
