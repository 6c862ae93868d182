"""dvm-admit, run for real on this machine's bash, with a home of its own for root's."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from dvm.lima.guest_programs import text

BOOT = Path("/proc/sys/kernel/random/boot_id").read_text()[:8] if Path("/proc/sys/kernel").is_dir() else ""
KEY = "ssh-ed25519 AAAAkey"
OTHERS = f'command="echo log in as lima" {KEY}\nssh-ed25519 AAAAother somebody\n'


class Root:
    """Root's home, and one call of dvm-admit."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.home.mkdir()
        self.list = home / ".ssh" / "authorized_keys"

    def begin(self, before: str = "") -> subprocess.Popen[str]:
        program = before + text("admit").replace("~root", str(self.home))
        assert str(self.home) in program
        return subprocess.Popen(
            ["bash", "-c", program, "dvm-admit", *KEY.split()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def admitted(self, call: subprocess.Popen[str]) -> list[str]:
        """Return the list of keys while the call goes on."""
        assert call.stdout is not None
        assert call.stdout.readline() == "ready\n"
        return self.list.read_text().splitlines()


@pytest.fixture
def root(place: Path) -> Root:
    return Root(place / "root")


def test_a_key_is_there_for_a_moment(root: Root) -> None:
    call = root.begin()
    (line,) = root.admitted(call)
    assert line == f"restrict,pty {KEY} dvm-admit-{call.pid}.{BOOT}"
    assert (root.list.stat().st_mode & 0o777, root.list.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert call.communicate(timeout=10) == ("", "")
    assert call.returncode == 0
    assert not root.list.exists(), "nor was it before"


def test_it_comes_first_and_leaves_the_others_as_they_were(root: Root) -> None:
    root.list.parent.mkdir()
    root.list.write_text(OTHERS)
    root.list.chmod(0o640)
    call = root.begin()
    first, *others = root.admitted(call)
    assert first.startswith(f"restrict,pty {KEY}"), "the first line with a key counts"
    assert others == OTHERS.splitlines()
    call.communicate(timeout=10)
    assert root.list.read_text() == OTHERS
    assert root.list.stat().st_mode & 0o777 == 0o640
    assert list(root.list.parent.iterdir()) == [root.list]


def test_an_empty_list_stays(root: Root) -> None:
    root.list.parent.mkdir()
    root.list.touch()
    root.begin().communicate(timeout=10)
    assert root.list.read_text() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_goes_when_the_call_is_ended(root: Root, number: signal.Signals) -> None:
    call = root.begin()
    root.admitted(call)
    call.send_signal(number)
    call.communicate(timeout=70)
    assert not root.list.exists()


def test_what_a_killed_call_left_goes_with_the_next(root: Root) -> None:
    call = root.begin()
    root.admitted(call)
    call.kill()
    call.communicate(timeout=10)
    assert "dvm-admit-" in root.list.read_text()
    root.list.write_text(root.list.read_text() + OTHERS)
    root.begin().communicate(timeout=10)
    assert root.list.read_text() == OTHERS


def test_what_a_call_of_another_boot_left_goes_whatever_has_its_number_now(root: Root) -> None:
    root.list.parent.mkdir()
    root.list.write_text(f"restrict,pty {KEY} dvm-admit-1.00000000\n{OTHERS}")
    root.begin().communicate(timeout=10)
    assert root.list.read_text() == OTHERS


def test_a_list_that_can_not_be_read_is_not_emptied(root: Root) -> None:
    root.list.parent.mkdir()
    root.list.write_text(OTHERS)
    call = root.begin("exec 4<&0; cat() { return 1; }\n")
    root.admitted(call)
    call.communicate(timeout=10)
    assert root.list.read_text() == OTHERS


@pytest.mark.parametrize(("most", "status"), [(4, 1), (10, 0)])
def test_an_sshd_that_takes_few_sessions_lets_no_root_in(
    root: Root, monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    sshd = root.home / "sshd"
    sshd.write_text(f"#!/bin/sh\necho port 22\necho maxsessions {most}\n")
    sshd.chmod(0o755)
    monkeypatch.setenv("PATH", f"{root.home}:{os.environ['PATH']}")
    call = root.begin()
    call.communicate(timeout=10)
    assert call.returncode == status


def test_two_at_once_leave_one_another_s(root: Root) -> None:
    first, second = root.begin(), root.begin()
    root.admitted(first)
    assert len(root.admitted(second)) in {1, 2}
    first.communicate(timeout=10)
    second.communicate(timeout=10)
    assert not root.list.exists() or root.list.read_text() == ""


@pytest.mark.parametrize("what", ["directory", "list", "no file"])
def test_a_list_kept_elsewhere_is_left_alone(root: Root, what: str) -> None:
    there = root.home / "elsewhere"
    there.mkdir()
    (there / "authorized_keys").write_text(OTHERS)
    if what == "directory":
        root.list.parent.symlink_to(there)
    else:
        root.list.parent.mkdir()
        root.list.symlink_to(there / "authorized_keys") if what == "list" else root.list.mkdir()
    call = root.begin()
    out, _ = call.communicate(timeout=10)
    assert (out, call.returncode) == ("", 1)
    assert (there / "authorized_keys").read_text() == OTHERS
