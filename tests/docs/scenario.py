"""A reader's home directory, in which a page's blocks are carried out one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import yaml

from tests.conftest import DVM, REMOTE, ROOT, Dvm, program
from tests.docs.blocks import matches

if TYPE_CHECKING:
    from tests.docs.blocks import Block

# Directory and exported variables last from block to block, as they do in a terminal.
_WRAP = """\
cd "$(cat "{state}/cwd")"
[ ! -e "{state}/env" ] || . "{state}/env"
trap 'pwd >"{state}/cwd"; export -p >"{state}/env"' EXIT
set -Eeuo pipefail
{text}
"""
_CONFIG = ".config/dvm"
DRIVER = ROOT / "dvm" / "simulator" / "driver.py"


class Reader:
    """Somebody who does what a page says, in order, with nothing but a home directory, dvm and git."""

    def __init__(self, place: Path, *, simulator: bool = True) -> None:
        """Make the home; `simulator`: it is in the environment already, and the page does not have to name it."""
        dvm = Dvm(place)
        self.home = place / "home"
        self._state = place / "state"
        bin_ = place / "bin"
        for directory in (self.home, self._state, bin_):
            directory.mkdir(mode=0o700)
        program(DVM).write_executable(bin_ / "dvm")
        program(REMOTE).write_executable(bin_ / "git-remote-dvm")
        for name in ("qemu-system-x86_64", "qemu-system-aarch64"):
            # What DVM's wrapper starts for a VM with an egress list.
            (bin_ / name).write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {DRIVER} "$@"\n')
            (bin_ / name).chmod(0o755)
        for name in ("limactl", "dvm-sim-limactl"):
            (bin_ / name).symlink_to(dvm.environment["DVM_LIMACTL"])
        (bin_ / "dvm-sim-ssh").symlink_to(dvm.environment["SSH"])
        (self._state / "cwd").write_text(str(self.home))
        own = {"DVM_CONFIG_DIR", "DVM_STATE_DIR", "DVM_SIM_RECORD", "LIMA_HOME"}
        own |= set() if simulator else {"DVM_LIMACTL", "SSH"}
        self.environment = {name: value for name, value in dvm.environment.items() if name not in own} | {
            "HOME": str(self.home),
            # Where it is by itself, but for macOS.
            "DVM_STATE_DIR": str(self.home / ".local" / "state" / "dvm"),
            "PATH": f"{bin_}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "dumb",
            "COLUMNS": "100",
            "GIT_CONFIG_GLOBAL": str(place / "gitconfig"),
        }
        (place / "gitconfig").write_text(
            "[user]\n name = Reader\n email = reader@example.org\n[init]\n defaultBranch = main\n"
        )
        self._unchecked = False

    def follow(self, block: Block) -> None:
        """Do what the block says; an AssertionError tells what came out otherwise."""
        match block.language:
            case "sh":
                if block.status == 0:
                    self.check_files()
                self._unchecked = False
                self._run(block)
            case "toml":
                tomllib.loads(block.text)
            case "yaml":
                yaml.safe_load(block.text)
            case "json":
                json.loads(block.text)
            case "bash":
                done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
                assert done.returncode == 0, done.stderr
            case _:
                return
        if block.language != "sh" and block.file is not None:
            self._write(*block.file, block.text)

    def check_files(self) -> None:
        """Plan the manifest, where blocks wrote one since the last time: no check may find anything."""
        if self._unchecked and (self.home / _CONFIG / "dvm.toml").exists():
            result = self._bash("dvm plan --offline --strict --json")
            plan: Any = json.loads(result.stdout)
            # A page may be about to approve its scripts.
            found = [check for check in plan["checks"] if check["status"] == "fail" and check["code"] != "DVM108"]
            assert not plan["errored"], plan["diagnostics"]
            assert found == [], found
        self._unchecked = False

    def _write(self, name: str, added: bool, text: str) -> None:
        path = self.home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text() + "\n" if added else ""
        path.write_text(before + text + "\n")
        path.chmod(0o700 if path.suffix == ".sh" else 0o600)
        self._unchecked = True

    def _run(self, block: Block) -> None:
        if block.typed is None:
            done = self._bash(block.text)
            status, printed = done.returncode, done.stdout
        else:
            status, printed = self._typing(block.text, block.typed)
        assert "Traceback" not in printed
        assert status == block.status, f"{block.text}\nended with {status}, not {block.status}:\n{printed}"
        if block.shown is not None:
            assert matches(block.shown, printed), (
                f"{block.text}\nprinted:\n{printed[-3000:]}\nthe page says:\n{block.shown}"
            )

    def _wrapped(self, text: str) -> str:
        return _WRAP.format(state=self._state, text=text)

    def _bash(self, text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", self._wrapped(text)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )

    def _typing(self, text: str, typed: str) -> tuple[int, str]:
        child = pexpect.spawn(
            "bash",
            ["-c", self._wrapped(text)],
            env=self.environment,
            encoding="utf-8",
            timeout=120,
            dimensions=(40, 100),
        )
        child.sendline(typed)
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus if child.exitstatus is not None else -1, (child.before or "").replace("\r\n", "\n")


def pages() -> list[Path]:
    """Return the README and the pages of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
