"""Who serves a port on the host."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from dvm.lima.forwards import _failures, serving, ssh_connections
from dvm.lima.home import Home
from dvm.lima.machine import Machine

MACHINE = Machine(Home(Path("/l")))


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("ssh: {}/ssh.sock [mux]", True),
        ("ssh -F /dev/null -o ControlPath={}/ssh.sock -p 1 127.0.0.1", True),
        ('ssh -o ControlPath="{}/ssh.sock" -p 1 127.0.0.1', True),
        ("ssh: {}/ssh.sock.1 [mux]", False),
        ("ssh: /other{}/ssh.sock [mux]", False),
        ("ssh host", False),
    ],
)
@pytest.mark.parametrize("name", ["dvm-app", "a home (1)/dvm-app"])
def test_the_shared_connection_is_known_by_its_socket(tmp_path: Path, name: str, title: str, own: bool) -> None:
    directory = tmp_path / name
    found = ssh_connections(MACHINE, directory, [(7, title.format(directory)), (8, "ssh: /elsewhere/ssh.sock [mux]")])
    assert found == ({7} if own else set())


def test_the_log_names_the_port_of_the_host(tmp_path: Path) -> None:
    log = tmp_path / "ha.stderr.log"
    log.write_text(
        "no JSON: failed to set up static TCP forwarding\n"
        '{"level":"info","msg":"Setting up static TCP forwarding from 127.0.0.1:80 to 127.0.0.1:8080"}\n'
        '{"error":"exit status 255\\u001b[2J","msg":"failed to set up static TCP forwarding 127.0.0.1:80 -\\u003e 127.0.0.1:8080"}\n'
        '{"msg":"failed to set up static TCP forwarding 127.0.0.1:80 -\\u003e 127.0.0.1:99999999999999999999"}\n'
        '["failed to set up static TCP forwarding"]\n'
        '{"error":"failed to run [ssh -F /dev/null -o User=u --]: ``: exit status 255","msg":"failed to set up static TCP forwarding 127.0.0.1:80 -\\u003e 127.0.0.1:9090"}\n'
    )
    assert list(_failures(MACHINE.home, log)) == [8080, 9090]
    assert _failures(MACHINE.home, log)[9090] == "ssh: exit status 255"
    assert "exit status 255" in _failures(MACHINE.home, log)[8080]
    assert "\x1b" not in _failures(MACHINE.home, log)[8080]


def test_without_logs_nothing_is_known(tmp_path: Path) -> None:
    assert serving(MACHINE, tmp_path) is None
    assert _failures(MACHINE.home, tmp_path / "none") == {}


def test_a_running_instance_without_processes_serves_nothing(tmp_path: Path) -> None:
    (tmp_path / "ha.stdout.log").write_text('{"status":{"running":true}}\n')
    found = serving(MACHINE, tmp_path)
    assert found is not None
    assert found.ports == frozenset()


def test_who_has_a_port(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen(1)
        assert MACHINE.why_taken(port).startswith(f"is taken by process {os.getpid()} (")
    assert MACHINE.why_taken(port) == ""
