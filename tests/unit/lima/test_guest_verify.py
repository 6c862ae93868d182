"""dvm-verify, run for real by this machine's Bash: what it answers of a machine that is no guest."""

from __future__ import annotations

import os
import pwd
import shutil
import socket

import pytest

from dvm.checks.walls.evidence import GuestReport
from dvm.observe.loopback import LoopbackListener
from tests.unit.lima.test_guest_programs import Guest, guest  # noqa: F401 - a fixture

USER = pwd.getpwuid(os.geteuid()).pw_name
pytestmark = pytest.mark.skipif(
    not (shutil.which("setsid") and shutil.which("timeout") and os.path.exists("/proc/net/unix")),  # noqa: PTH110
    reason="needs Linux's tools",
)


def report(guest: Guest, *, file: str = "/no/such/file", port: int = 1, program: str = "") -> GuestReport:  # noqa: F811
    ending = guest.play("verify", USER, "token", file, str(port), "0", "0", "0")
    return GuestReport.of(ending.proven().lines)


def test_every_probe_ends_and_says_what_is_there(guest: Guest) -> None:  # noqa: F811
    here = guest.place / "host file"
    here.touch()
    guest.program("sudo", "exit 1")
    found = report(guest, file=str(here))
    assert found.values["mounts", "root"]
    assert any(value.startswith("proc ") for value in found.values["mounts", "root"])
    assert found.values["file", "root"] == found.values["file", "user"] == ("there",)
    assert found.values["sudo", "user"] == ()
    assert found.values["groups", "user"]
    assert found.values["variables", "root"] == ()
    assert all(value.isdecimal() for value in found.values["ports", "root"])


def test_a_guest_with_sudo_and_without_the_file(guest: Guest) -> None:  # noqa: F811
    guest.program("sudo", "exit 0")
    found = report(guest)
    assert found.values["sudo", "user"] == ("sudo", "sudo -l")
    assert found.values["file", "root"] == ()


def test_a_probe_whose_tool_fails_has_no_end(guest: Guest) -> None:  # noqa: F811
    guest.program("sort", "exit 1")
    guest.program("id", '[[ $1 == -nG ]] && exit 1; exec /usr/bin/id "$@"')
    found = report(guest)
    assert ("mounts", "root") not in found.values
    assert ("groups", "user") not in found.values
    assert ("file", "root") in found.values


def test_a_connection_is_made_and_says_who_it_is_of(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """192.168.5.2 is no address of this machine: only what is said of it can be looked at."""
    with LoopbackListener() as listener:
        found = report(guest, port=listener.ports[0])
    said = found.values.get(("loopback", "user"), ("192.168.5.2 incomplete",))
    assert said[0].startswith("192.168.5.2 ")


def test_an_own_listener_is_open_when_the_answer_ends(guest: Guest) -> None:  # noqa: F811
    found = GuestReport.of(guest.play("verify", USER, "t", "/x", "1", "0", "2", "0").proven().lines)
    (port,) = found.values["listener", "root"]
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5):
        pass


def test_a_report_counts_only_what_ended() -> None:
    lines = ["seen\tmounts\troot\text4 /", "seen\tfile\troot\tthere", "end\tfile\troot", "end\tsudo\tuser"]
    assert GuestReport.of(lines).values == {("file", "root"): ("there",), ("sudo", "user"): ()}
