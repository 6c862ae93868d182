"""A world in which an apply has much to do: create, update with a restart, replace and destroy, each with setup."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.crash.killing import Kill, Killable

BEFORE = """
[vm.upd]
template = "./upd.yaml"
cpus = 2
setup = ["u1.sh", "u2.sh"]
[vm.rep]
setup = ["r.sh"]
[vm.old]
setup = ["r.sh"]
depends_on = ["rep"]
"""
AFTER = """
[settings]
parallelism = 1
[vm.new]
setup = ["n1.sh", { script = "n2.sh", as = "user" }]
protect = true
[vm.upd]
template = "./upd.yaml"
cpus = 3
user = "coder"
setup = ["u1.sh", "u2.sh"]
depends_on = ["new"]
[vm.rep]
setup = ["r.sh"]
"""
TEMPLATE = "images:\n- location: https://example.org/a.img\n  arch: x86_64\n"
APPLY = ("apply", "-y", "--prune", "--replace", "rep", "--keep-work")
AGAIN = ("apply", "-y", "--prune", "--lock-timeout", "60s")


class World(Killable):
    """The world that most kill points are in; BaseWorld has other manifests."""

    before: str = BEFORE
    after: str = AFTER
    command: tuple[str, ...] = APPLY

    def __init__(self, place: Path) -> None:
        self._half = False
        super().__init__(place)

    def prepare(self) -> None:
        """Bring the world to where the apply begins."""
        dvm = self.dvm
        dvm.manifest(self.before)
        dvm.write("upd.yaml", TEMPLATE)
        for name in ("u1", "u2", "r", "n1", "n2"):
            dvm.script(f"{name}.sh", f"echo {name}")
        done = dvm.run("apply", "-y")
        assert done.code == 0, done.out + done.err
        self._work.parent.mkdir(parents=True)
        self._work.write_text("work that is nowhere else")
        dvm.manifest(self.after)
        dvm.script("u1.sh", "echo u1, changed")
        dvm.write("upd.yaml", TEMPLATE + "probes:\n- script: |\n    #!/bin/sh\n    true\n")

    @property
    def _work(self) -> Path:
        return self.dvm.lima_home / "dvm-rep" / "guest-files" / "home" / "developer" / "code" / "rep" / "work"

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill an apply, look, apply again, and demand that nothing shows of it.

        `wait`: let limactl, which outlives DVM, end before the next command.
        """
        self.reset()
        self._half = kill.how == "half"
        dvm = self.dvm
        self.demand_killed(kill)
        before = self._last_in_journal()
        assert self._work.exists() or self._is_kept(), f"{kill}: the work is nowhere"
        left = None
        if wait:
            self.outlast()
            planned = dvm.run("plan", "--prune", "--json")
            assert planned.code == 0, planned.out + planned.err
            left = [step["id"] for step in planned.json["steps"]]
        dvm.forget()
        again = dvm.run(*AGAIN, timeout=120)
        assert again.code == 0, f"{kill}\n{again.out}{again.err}"
        if left is not None:
            assert self._begun(before) == left, f"{kill}: the plan showed what was left, and that was done"
        self.check_end()

    def _is_kept(self) -> bool:
        place = self.dvm.state / "rep" / "work.tar"
        about = json.loads(place.with_name("work.tar.json").read_text())
        return bool(hashlib.sha256(place.read_bytes()).hexdigest() == about["sha256"])

    def check_end(self) -> None:
        """Everything is as the manifest says, every script ran exactly once to its end, and no receipt lies."""
        dvm = self.dvm
        there = sorted(path.name for path in dvm.lima_home.iterdir() if path.name.startswith("dvm-"))
        assert there == ["dvm-new", "dvm-rep", "dvm-upd"]
        last = {
            name: [self._last(run) for run in dvm.runs(name) if run["status"] == 0] for name in ("new", "rep", "upd")
        }
        assert last == {
            "new": ["echo n1", "echo n2"],
            "rep": ["echo r"],
            "upd": ["echo u1", "echo u2", "echo u1, changed", "echo u2"],
        }
        for name in ("new", "rep", "upd"):
            self._check_receipt(name)
        self._check_rest()

    def _check_rest(self) -> None:
        """Nothing is left to do, and nothing but what the end of an apply leaves is in the state directory."""
        dvm = self.dvm
        planned = dvm.run("plan", "--detailed-exitcode", "--prune")
        assert planned.code == 0, planned.out + planned.err
        lines = (dvm.state / "journal.jsonl").read_bytes().splitlines()
        damaged = [line for line in lines if not _is_json(line)]
        # Half a line is what a loss of power may leave; it spoils itself alone.
        assert len(damaged) <= self._half, damaged
        assert not list(dvm.state.glob("*/creating.json"))
        assert self._work.read_text() == "work that is nowhere else"
        assert not list(dvm.state.glob("*/work.tar*")), "an archive that nobody needs"

    def _check_receipt(self, name: str) -> None:
        receipt, runs = self.dvm.receipt(name), self.dvm.runs(name)
        ended = {run["run_id"]: run for run in runs if run["status"] == 0}
        for record in receipt["setup"]:
            run = ended[record["run_id"]]
            assert (record["sha256"], record["as"], record["exit_status"]) == (run["sha256"], run["as"], 0)
        guest: dict[str, Any] = json.loads((self.dvm.lima_home / f"dvm-{name}" / "guest.json").read_text())
        assert receipt["bootstrap"]["user"] in guest["users"]
        assert (receipt["due"], receipt["instance"]) == ([], f"dvm-{name}")

    def _journal(self) -> list[dict[str, Any]]:
        lines = (self.dvm.state / "journal.jsonl").read_bytes().splitlines()
        return [json.loads(line) for line in lines if _is_json(line)]

    def _last_in_journal(self) -> int:
        """Return the process that wrote the journal's last entry."""
        return next((int(entry["pid"]) for entry in reversed(self._journal())), 0)

    def _begun(self, before: int) -> list[str]:
        """Return the steps that the apply after the killed one began: where nothing is left, the journal's last entry
        is still by the process `before`.
        """
        last = self._last_in_journal()
        return [
            entry["id"]
            for entry in self._journal()
            if entry["event"] == "step_started" and entry["pid"] == last and last != before
        ]

    @staticmethod
    def _last(run: dict[str, Any]) -> str:
        return str(run["text"].rstrip("\n").splitlines()[-1])


class BaseWorld(World):
    """One in which a base of a base is built, one VM is cloned from each, and an old base is pruned."""

    before = """
[base.low]
setup = ["u1.sh"]
[vm.one]
base = "low"
setup = ["r.sh"]
"""
    after = """
[settings]
parallelism = 1
[base.low]
setup = ["u1.sh"]
[base.high]
base = "low"
setup = ["n1.sh"]
[vm.one]
base = "low"
setup = ["r.sh"]
[vm.two]
base = "high"
setup = ["n2.sh"]
"""
    command = ("apply", "-y", "--prune")

    @property
    def _work(self) -> Path:
        return self.dvm.lima_home / "dvm-one" / "guest-files" / "home" / "developer" / "code" / "one" / "w"

    def check_end(self) -> None:
        """One base of each is there, sealed, and what ran in it is what ran in its clones, once and in order."""
        dvm = self.dvm
        there = sorted(path.name for path in dvm.lima_home.iterdir() if path.name.startswith("dvm-"))
        assert [name.partition("-")[2].rpartition("-")[0] or name for name in there][:2] == ["base.high", "base.low"]
        assert there[2:] == ["dvm-one", "dvm-two"]
        for name, ran in (
            (there[0], ["u1, changed", "n1"]),
            (there[1], ["u1, changed"]),
            ("dvm-one", ["u1", "r", "u1, changed", "r"]),
            ("dvm-two", ["u1, changed", "n1", "n2"]),
        ):
            runs = dvm.runs(name.removeprefix("dvm-"))
            assert [self._last(run).removeprefix("echo ") for run in runs if run["status"] == 0] == ran, name
        for name in there[:2]:
            image = dvm.receipt(name.removeprefix("dvm-"))["image"]
            assert image["disks"]
            assert image["key"].startswith(name.rpartition("-")[2])
        known = [json.loads((dvm.lima_home / name / "guest.json").read_text())["identity"] for name in there[2:]]
        assert known[0]["machine-id"] != known[1]["machine-id"]
        for name in ("one", "two"):
            self._check_receipt(name)
        self._check_rest()


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
