"""Hosts to measure on: a manifest of N VMs that are all as they should be, and a limactl that tells of them."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DVM = str(BIN / "dvm")
SIMULATOR = str(BIN / "dvm-sim-limactl")

# What the real `limactl list` was measured at, in seconds: at all, and for each instance (dvm.simulator.timing).
LIST_BASE, LIST_EACH = 0.025, 0.002
# `limactl shell` through the shared connection.
SHELL = 0.3
FIRST = "vm000"
_PORTS = 20_000
_SCRIPTS = {
    "base.sh": "sudo dnf -y install git-2.47.1-1.fc41 tmux-3.5a-2.fc41\ngit config --global init.defaultBranch main\n",
    "tools.sh": (
        "curl -fsSL -o /tmp/tool.tgz https://example.com/tool-1.2.3.tar.gz\n"
        f'echo "{"0123456789abcdef" * 4}  /tmp/tool.tgz" | sha256sum -c -\n'
        "sudo tar -C /usr/local -xzf /tmp/tool.tgz\n"
    ),
}


@dataclass(slots=True)
class World:
    """A configuration, a state directory and a Lima of their own. `environment` is all that a command gets."""

    place: Path
    limactl: str = SIMULATOR
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": os.environ.get("HOME", "/"),
            "USER": os.environ.get("USER", "bench"),
            "LANG": "C.UTF-8",
            "PYTHONPYCACHEPREFIX": str(pycache()),
            "DVM_CONFIG_DIR": str(self.place / "c"),
            "DVM_STATE_DIR": str(self.place / "s"),
            "LIMA_HOME": str(self.place / "l"),
            "DVM_LIMACTL": self.limactl,
            "SSH": str(self.place / "ssh"),
            **self.more,
        }

    def run(self, *argv: str) -> str:
        """Run a command to its end, which must be a good one, and return what it printed."""
        done = subprocess.run(argv, env=self.environment, capture_output=True, text=True, check=False, cwd=self.place)
        if done.returncode != 0:
            raise SystemExit(f"{shlex.join(argv)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def trusted_place() -> Path:
    """Make an empty directory that only this user can write to, as DVM demands of the places of its files."""
    for base in (ROOT / ".venv" / "t", Path.home() / ".cache" / "dvm-t"):
        parts = [part for part in (base, *base.parents) if part.exists()]
        if all(part.stat().st_uid in {0, os.geteuid()} and not part.stat().st_mode & 0o022 for part in parts):
            place = base / f"b{secrets.token_hex(2)}"
            place.mkdir(mode=0o700, parents=True)
            return place
    raise SystemExit("There is no directory that only you can write to: neither the checkout nor your home is one.")


def pycache() -> Path:
    """Return where the compiled sources are: as after an installation, none is compiled while we measure."""
    return ROOT / ".venv" / "pycache"


def empty(place: Path, count: int) -> World:
    """Return a world whose `count` VMs are declared, and not created."""
    for name in ("c/setup", "l"):
        (place / name).mkdir(mode=0o700, parents=True)
    (place / "c").chmod(0o700)
    for name, body in _SCRIPTS.items():
        _write(place / "c" / "setup" / name, f"#!/usr/bin/env bash\nset -Eeuo pipefail\n{body}")
    tables = (
        f'[vm.{_name(index)}]\nports = ["{_PORTS + index}:3000"]\nsetup = ["setup/base.sh", "setup/tools.sh"]\n'
        for index in range(count)
    )
    # The simulated ssh, whichever version of DVM this environment was made for.
    _write(place / "ssh", f"#!{sys.executable}\nfrom dvm.simulator.ssh import main\nmain()\n", 0o755)
    _write(place / "c" / "dvm.toml", 'version = 1\n[defaults]\ntemplate = "template:fedora"\n' + "".join(tables))
    return World(place)


def converged(place: Path, count: int) -> World:
    """Return a world whose VMs were all created and provisioned: the first by an apply, the others are its likes."""
    world = empty(place, 1)
    world.run(DVM, "apply", "--auto-approve")
    line = world.run(SIMULATOR, "list", "--json")
    shutil.rmtree(place / "c")
    made = place / "l" / f"dvm-{FIRST}"
    (place / "l").rename(place / "first")
    world = empty(place, count)
    lines: list[str] = []
    for index in range(count):
        directory = place / "l" / f"dvm-{_name(index)}"
        shutil.copytree(place / "first" / made.name, directory)
        for name in ("lima.yaml", "dvm.json", "ssh.config"):
            file = directory / name
            _write(file, _like(file.read_text(), index), stat.S_IMODE(file.stat().st_mode))
        # Written last, as by a start: a VM that was booted before its configuration changed gets a warning.
        pid = directory / "ha.pid"
        _write(pid, pid.read_text())
        lines.append(_like(line, index))
    shutil.rmtree(place / "first")
    _write(place / "listing", "".join(lines))
    world.limactl = str(_stand_in(place, lines[0], count))
    planned = world.run(DVM, "plan", "--strict")
    if planned.strip() != "No changes. Your VMs match the manifest.":
        raise SystemExit(f"What is to be measured is a plan with nothing to say, and it says:\n{planned[:2000]}")
    # As after an apply of them all: that keeps what it read.
    world.run(DVM, "apply", "--auto-approve")
    return world


def running(place: Path) -> World:
    """Return a world of one VM, the process of which runs: a session looks at that."""
    world = empty(place, 1)
    world.run(DVM, "apply", "--auto-approve")
    line = world.run(SIMULATOR, "list", "--json")
    _write(place / "listing", line)
    world.limactl = str(_stand_in(place, line, 1))
    return world


def changed(place: Path) -> World:
    """Return a world of one VM, one attribute and one script of which are other than they were applied."""
    world = converged(place, 1)
    for name, more in (("dvm.toml", "cpus = 3\n"), ("setup/tools.sh", "tool --version\n")):
        file = place / "c" / name
        _write(file, file.read_text() + more, stat.S_IMODE(file.stat().st_mode))
    planned = world.run(DVM, "plan")
    if "1 to change" not in planned or "1 script to run" not in planned:
        raise SystemExit(
            f"What is to be measured is a plan with an attribute and a script, and it says:\n{planned[:2000]}"
        )
    return world


def _stand_in(place: Path, line: str, count: int) -> Path:
    """Write a limactl that gives the simulator's answers back, in the time that the real one takes for them.

    The simulator itself is written in Python, which takes longer to start than a real limactl to answer.
    """
    _write(place / "line", line)
    script = f"""\
#!/bin/sh
case "$*" in
--version) sleep {LIST_BASE}; echo "limactl version 2.2.0" ;;
"list --json") sleep {LIST_BASE + LIST_EACH * count}; cat {place}/listing ;;
"list --json dvm-{FIRST}") sleep {LIST_BASE + LIST_EACH}; cat {place}/line ;;
shell*) sleep {SHELL} ;;
*) exit 1 ;;
esac
"""
    file = place / "limactl"
    _write(file, script, 0o755)
    return file


def _like(text: str, index: int) -> str:
    return text.replace(FIRST, _name(index)).replace(str(_PORTS), str(_PORTS + index))


def _name(index: int) -> str:
    return f"vm{index:03d}"


def _write(file: Path, text: str, mode: int = 0o600) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
