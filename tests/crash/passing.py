"""Worlds in which something passes through: a throwaway VM, an archive taken out of a guest, and one put into it."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path

from tests.crash.killing import Kill, Killable

EXTRA = {"new\nline": "text", "run": "#!/bin/sh\n", "deep/er/file": "deep", "empty": ""}


class ThrowawayWorld(Killable):
    """`dvm run` of a base that it builds first: build, seal, clone, session and deletion."""

    command = ("run", "--base", "high", "--name", "try", "--cp", "sent", "--", "bash", "-c", "cat sent")

    def prepare(self) -> None:
        """Bring the world to where the session begins: with a declared VM that it must leave alone."""
        dvm = self.dvm
        dvm.manifest('[base.low]\nsetup = ["b.sh"]\n[base.high]\nbase = "low"\nsetup = ["c.sh"]\n[vm.app]\n')
        for name in ("b", "c"):
            dvm.script(f"{name}.sh", f"echo {name}")
        (dvm.place / "sent").write_text("sent")
        done = dvm.run("apply", "app", "-y")
        assert done.code == 0, done.out + done.err

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill a session; what is left is listed, one command removes it, and the next session is whole."""
        self.reset()
        dvm = self.dvm
        self.demand_killed(kill)
        if wait:
            self.outlast()
            listed = {row["name"] for row in dvm.run("ls", "--json").json["vms"] if row["management"] == "ephemeral"}
            there = {path.name.removeprefix("dvm-") for path in dvm.lima_home.glob("dvm-try*")}
            assert there <= listed, f"{kill}: {there} is left, {listed} is listed"
        removed = dvm.run("rm", "--ephemeral", "--yes", "--discard-work", "--lock-timeout", "60s", timeout=120)
        assert removed.code == 0, f"{kill}\n{removed.out}{removed.err}"
        self._check_nothing_left(f"{kill}")
        again = dvm.run(*self.command, timeout=120)
        assert (again.code, again.out) == (0, "sent"), f"{kill}\n{again.out}{again.err}"
        self.check_end()

    def check_end(self) -> None:
        """The declared VM and one whole base of each are there, and nothing of the session."""
        self._check_nothing_left("at the end")
        dvm = self.dvm
        there = sorted(path.name for path in dvm.lima_home.glob("dvm-*"))
        assert [name.rpartition("-")[0] for name in there] == ["dvm", "dvm-base.high", "dvm-base.low"]
        for name, ran in ((there[1], ["b", "c"]), (there[2], ["b"])):
            runs = dvm.runs(name.removeprefix("dvm-"))
            assert [run["text"].split()[-1] for run in runs if run["status"] == 0] == ran
            assert dvm.receipt(name.removeprefix("dvm-"))["image"]["disks"]
        assert not list(dvm.state.glob("*/creating.json"))

    def _check_nothing_left(self, when: str) -> None:
        assert not list(self.dvm.lima_home.glob("dvm-try*")), when
        left = [str(path.relative_to(self.dvm.state)) for path in self.dvm.state.glob("try/**/*")]
        assert not (self.dvm.state / "try").exists(), f"{when}: {left}"
        assert not list(self.dvm.state.glob("*/ephemeral.json")), when
        kept = [path.name for path in self.dvm.state.glob("ssh/*") if path.suffix in {".known", ".lock"}]
        assert not kept, f"{when}: what the host knows of connections"


class _ArchiveWorld(Killable):
    """A VM with work in it, and a directory of archives."""

    every = 7

    def prepare(self) -> None:
        """Bring the world to where the command begins."""
        self.dvm.manifest("[vm.app]\n")
        done = self.dvm.run("apply", "-y")
        assert done.code == 0, done.out + done.err
        self.archives.mkdir(mode=0o700)
        self._fill()
        self._end_vm()

    def reset(self) -> None:
        """Bring the world back, where the VM is stopped, and start it: processes come in no snapshot."""
        super().reset()
        done = self.dvm.run("start", "app")
        assert done.code == 0, done.out + done.err
        self.dvm.forget()

    def _end_vm(self) -> None:
        done = self.dvm.run("stop", "app")
        assert done.code == 0, done.out + done.err
        # Where connections were held: a socket can't be copied.
        shutil.rmtree(self.dvm.state / "ssh", ignore_errors=True)

    @property
    def archives(self) -> Path:
        """Where archives are."""
        return self.dvm.place / "a"

    @property
    def _code(self) -> Path:
        return self.dvm.lima_home / "dvm-app" / "guest-files" / "home" / "developer" / "code" / "app"

    def _fill(self) -> None:
        for name, text in EXTRA.items():
            path = self._code / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def watched_places(self) -> list[Path]:
        """Return the directories in which writes are counted: archives are written as well."""
        return [*super().watched_places(), self.archives]

    def _there(self) -> dict[str, str]:
        return {str(path.relative_to(self._code)): path.read_text() for path in self._code.rglob("*") if path.is_file()}

    def _is_whole(self, name: str) -> bool:
        """Whether an archive is there as what describes it says; a description without its archive is a lie."""
        place = self.archives / name
        if not place.with_name(f"{name}.json").exists():
            return False
        about = json.loads(place.with_name(f"{name}.json").read_text())
        assert hashlib.sha256(place.read_bytes()).hexdigest() == about["sha256"], "it is not the archive described"
        return True

    def _check_vm(self) -> None:
        planned = self.dvm.run("plan", "--detailed-exitcode")
        assert planned.code == 0, planned.out + planned.err


class BackupWorld(_ArchiveWorld):
    """`dvm backup`: the archive is whole and described, or it is none that anybody takes for one."""

    command = ("backup", "app", "a/one.tar")

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill a backup; a whole archive can be restored, another is refused, and the next backup is whole."""
        self.reset()
        dvm = self.dvm
        self.demand_killed(kill)
        if wait:
            time.sleep(0.3)
        assert self._there() == EXTRA, f"{kill}: the guest's files are as they were"
        whole = self._is_whole("one.tar")
        restored = dvm.run("restore", "a/one.tar", "app", "--lock-timeout", "60s")
        assert (restored.code == 0) == whole, f"{kill}\n{restored.out}{restored.err}"
        again = dvm.run("backup", "app", "a/two.tar")
        assert again.code == 0, f"{kill}\n{again.out}{again.err}"
        (self.archives / "two.tar").rename(self.archives / "one.tar")
        (self.archives / "two.tar.json").rename(self.archives / "one.tar.json")
        self.check_end()

    def check_end(self) -> None:
        """The archive is whole, and the VM as it was."""
        assert self._is_whole("one.tar")
        assert self._there() == EXTRA
        self._check_vm()


class RestoreWorld(_ArchiveWorld):
    """`dvm restore` over other and missing files."""

    command = ("restore", "a/one.tar", "app", "--yes")

    def prepare(self) -> None:
        """Bring the world to where the restore begins."""
        super().prepare()
        for command in (("start", "app"), ("backup", "app", "a/one.tar")):
            done = self.dvm.run(*command)
            assert done.code == 0, done.out + done.err
        (self._code / "run").write_text("another")
        (self._code / "deep/er/file").unlink()
        (self._code / "mine").write_text("in the guest alone")
        self._end_vm()

    def survive(self, kill: Kill, *, wait: bool) -> None:
        """Kill a restore; the archive is as it was, each file is the old or the new one, and the next restore ends it."""
        self.reset()
        self.demand_killed(kill)
        if wait:
            time.sleep(0.3)
        assert self._is_whole("one.tar"), kill
        for name, text in self._there().items():
            old = {"run": "another", "mine": "in the guest alone"}
            assert text in {EXTRA.get(name), old.get(name)}, f"{kill}: {name} is neither"
        again = self.dvm.run(*self.command, "--lock-timeout", "60s")
        assert again.code == 0, f"{kill}\n{again.out}{again.err}"
        self.check_end()

    def check_end(self) -> None:
        """All of the archive is there, what the guest alone has as well, and the archive."""
        assert self._there() == EXTRA | {"mine": "in the guest alone"}
        assert self._is_whole("one.tar")
        self._check_vm()
