"""dvm verify: each wall is tried from both sides, and one that was taken away is found."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pexpect
import pytest

from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    return dvm


def stage(dvm: Dvm, **found: object) -> None:
    """Let probes in the guest find something: PROBE_WHO."""
    values = {key.replace("_", " "): value for key, value in found.items()}
    (dvm.lima_home / "dvm-app" / "guest-walls.json").write_text(json.dumps(values))


def rows(dvm: Dvm, code: int) -> list[dict[str, Any]]:
    result = dvm.run("verify", "app", "--json")
    assert result.code == code, result.out + result.err
    found: list[dict[str, Any]] = result.json["checks"]
    assert all(set(row) == {"wall", "tried", "seen", "voucher", "holds", "promised"} for row in found)
    return found


def failing(dvm: Dvm, code: int = 3) -> list[tuple[str, str, bool | None]]:
    return [
        (row["wall"], row["voucher"], row["holds"])
        for row in rows(dvm, code)
        if row["promised"] and row["holds"] is not True
    ]


def test_every_wall_holds(app: Dvm) -> None:
    found = rows(app, 0)
    assert all(row["holds"] for row in found if row["promised"])
    assert {row["voucher"] for row in found} == {"host", "guest"}
    walls = {row["wall"] for row in found}
    assert walls >= {"host files", "agent, display", "host ports", "undeclared ports", "host loopback", "sudo"}
    ssh = json.loads(app.limactl("list", "--json").out)["sshLocalPort"]
    assert any(row["tried"] == f"127.0.0.1:{ssh}/tcp" and "ssh" in row["seen"] for row in found)
    assert not list(app.state.rglob("verify-*")), "the file that the guest looked for is gone"


def test_the_table_fits_and_ends_with_a_verdict(app: Dvm) -> None:
    result = app.run("verify", "app")
    assert result.code == 0, result.out
    assert all(len(line) <= 80 for line in result.out.splitlines()), result.out
    assert "vm.app: every wall that is promised holds." in result.out
    stage(app, mounts_root=["virtiofs /Users/me"])
    result = app.run("verify", "app")
    assert (result.code, result.out.splitlines()[-2]) == (3, "vm.app: 1 wall does not hold: host files.")


@pytest.mark.parametrize(
    ("found", "wall", "said"),
    [
        ({"mounts_root": ["ext4 /", "9p /Users/me"]}, "host files", "9p /Users/me"),
        ({"mounts_root": ["ext4 /", "newfs /x"]}, "host files", "newfs /x"),
        ({"mounts_root": ["iso9660 /mnt/other"]}, "host files", "iso9660 /mnt/other"),
        ({"file_root": ["there"]}, "host files", "verify-"),
        ({"file_user": ["there"]}, "host files", "verify-"),
        ({"forwarded_root": ["socket /tmp/ssh-x/agent.7"]}, "agent, display", "/tmp/ssh-x/agent.7"),
        ({"variables_root": ["SSH_AUTH_SOCK"]}, "agent, display", "SSH_AUTH_SOCK"),
        ({"sudo_user": ["sudo"]}, "sudo", "sudo"),
        ({"groups_user": ["developer docker"]}, "sudo", "docker"),
        ({"engines_user": ["/run/docker.sock"]}, "container engine", "/run/docker.sock"),
    ],
)
def test_a_wall_that_is_gone_inside_is_found(app: Dvm, found: dict[str, Any], wall: str, said: str) -> None:
    stage(app, **found)
    assert failing(app) == [(wall, "guest", False)]
    assert said in "".join(row["seen"] for row in rows(app, 3) if row["holds"] is False)


def test_what_the_guest_does_not_answer_is_not_taken_to_hold(app: Dvm) -> None:
    stage(app, mounts_root=None, sudo_user=None)
    assert failing(app) == [("host files", "guest", None), ("sudo", "guest", None)]
    result = app.run("verify", "app")
    assert "2 walls were not seen to hold: host files, sudo." in result.out
    stage(app, mounts_root=[], groups_user=[])
    assert failing(app) == [("host files", "guest", None), ("sudo", "guest", None)], "a guest has mounts, a user groups"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["verify", "app"], "Trying the walls around vm.app..."),
        (["ssh", "app", "--", "true"], "Connecting to vm.app..."),
    ],
)
def test_on_a_terminal_it_says_what_takes_its_time(app: Dvm, words: list[str], line: str) -> None:
    faults = app.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["list"], "do": "delay", "seconds": 2}]))
    environment = app.environment | {"DVM_SIM_FAULTS": str(faults), "TERM": "xterm"}
    terminal = pexpect.spawn(
        sys.executable, ["-m", "dvm", *words], env=environment, cwd=app.place, encoding="utf-8", timeout=60
    )
    terminal.expect_exact(f"{line}\r\x1b[K")
    terminal.expect(pexpect.EOF)
    assert line not in app.run(*words, DVM_SIM_FAULTS=str(faults)).err


@pytest.mark.parametrize("how", ["nothing", "print", "replay", "echo"])
def test_a_guest_that_answers_falsely_vouches_for_nothing(app: Dvm, how: str) -> None:
    hostile = app.lima_home / "dvm-app" / "guest-hostile.json"
    hostile.write_text("{}")
    rows(app, 0)
    hostile.write_text(json.dumps({"replaced": {"sudo": how}}))
    found = rows(app, 3)
    assert all(row["holds"] is None for row in found if row["voucher"] == "guest")
    assert all(row["holds"] for row in found if row["voucher"] == "host" and "guest listens" not in row["tried"])


def test_a_mount_by_hand_is_found_without_going_in(app: Dvm) -> None:
    lima_config(app, "override.yaml", "mounts:\n- location: /srv/host\n  writable: true\n")
    app.manifest('[vm.app]\nisolation = "standard"\n')
    app.limactl("stop", "dvm-app")
    app.limactl("edit", "--tty=false", "dvm-app", "--set", ".plain = false")
    app.limactl("start", "--tty=false", "dvm-app")
    app.forget()
    found = rows(app, 3)
    assert ("host files", "host") in [(row["wall"], row["voucher"]) for row in found if row["holds"] is False]
    assert "DVM301" in next(row["seen"] for row in found if row["holds"] is False)
    assert not [call for call in app.calls() if call[0] == "ssh"], "nobody went in"
    assert all("DVM301" in row["seen"] for row in found if row["voucher"] == "guest")


def test_an_agent_in_the_configuration_is_found(app: Dvm) -> None:
    lima_config(app, "override.yaml", "ssh:\n  forwardAgent: true\n")
    assert ("agent, display", "host", False) in failing(app)


@contextmanager
def connection_of(dvm: Dvm, address: str) -> Iterator[int]:
    """Listen as the shared ssh connection of the VM does, by its title."""
    program = dvm.place / "as" / "ssh"
    program.parent.mkdir(mode=0o700)
    program.write_text(
        f"#!{sys.executable} -I\nimport socket, sys, time\n"
        f"listener = socket.socket()\nlistener.bind(({address!r}, 0))\nlistener.listen()\n"
        "print(listener.getsockname()[1], flush=True)\ntime.sleep(60)\n"
    )
    program.chmod(0o755)
    socket_path = dvm.lima_home.resolve() / "dvm-app" / "ssh.sock"
    process = subprocess.Popen([str(program), f"ssh: {socket_path} [mux]"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_nobody_declared_is_found(app: Dvm) -> None:
    with connection_of(app, "127.0.0.1") as port:
        found = [row for row in rows(app, 3) if row["promised"] and row["holds"] is False]
    assert [(row["wall"], row["tried"], row["voucher"]) for row in found] == [
        ("host ports", f"127.0.0.1:{port}/tcp", "host")
    ]
    assert "nobody declared it" in found[0]["seen"]


def test_a_port_that_other_machines_reach_is_found(app: Dvm) -> None:
    with connection_of(app, "0.0.0.0") as port:
        (row,) = (row for row in rows(app, 3) if row["promised"] and row["holds"] is False)
    assert row["tried"] == f"0.0.0.0:{port}/tcp"
    assert "other machines reach it" in row["seen"]


def test_a_declared_port_is_no_breach_and_a_port_of_the_guest_is(app: Dvm) -> None:
    with connection_of(app, "127.0.0.1") as port:
        stage(app, ports_root=["22", str(port)])
        assert ("undeclared ports", "host", False) in failing(app)
        app.manifest(f'[vm.app]\nports = ["{port}:80"]\n')
        found = {row["tried"]: row for row in rows(app, 0)}
        assert found[f"127.0.0.1:{port}/tcp"]["holds"] is True


def test_a_connection_that_arrives_is_the_host_s_to_see(app: Dvm) -> None:
    found = [row for row in rows(app, 0) if row["wall"] == "host loopback"]
    assert [(row["voucher"], row["holds"], row["promised"]) for row in found] == [
        ("guest", True, True), ("guest", True, True), ("host", False, False),
    ]  # fmt: skip
    stage(app, loopback_user=["connect"], loopback_subordinate=["192.168.5.2 open"])
    assert failing(app) == [("host loopback", "host", False), ("host loopback", "guest", False)]
    app.manifest("[vm.app]\nhost_loopback = true\n")
    assert failing(app, 0) == []


def test_sudo_that_is_declared_is_no_wall(app: Dvm) -> None:
    app.manifest("[vm.app]\nsudo = true\n")
    assert app.run("apply", "-y").code == 0
    found = [row for row in rows(app, 0) if row["wall"] == "sudo"]
    assert [(row["holds"], row["promised"]) for row in found] == [(False, False), (True, False)]
    app.manifest("[vm.app]\n")
    assert ("sudo", "guest", False) in failing(app), "the manifest promises it already"


def test_a_journal_that_cannot_be_written_says_nothing_of_a_wall(app: Dvm) -> None:
    journal = app.state / "journal.jsonl"
    journal.unlink()
    journal.symlink_to("/dev/full")
    refused = app.run("verify", "app")
    assert (refused.code, "The journal can't be written" in refused.err) == (1, True)


def test_a_vm_that_does_not_run_or_is_not_there(app: Dvm) -> None:
    assert app.run("stop", "app").code == 0
    result = app.run("verify", "app")
    assert (result.code, "dvm start app" in result.err) == (1, True)
    assert app.run("verify", "other").code == 64


def test_a_manifest_that_is_gone_leaves_the_receipt_s_promise(app: Dvm) -> None:
    (app.config / "dvm.toml").unlink()
    stage(app, sudo_user=["sudo"])
    assert failing(app) == [("sudo", "guest", False)]


def test_nothing_is_left_behind_where_the_guest_never_answers(app: Dvm) -> None:
    (app.lima_home / "dvm-app" / "guest-hostile.json").write_text(json.dumps({"endless": True}))
    began = time.monotonic()
    assert all(row["holds"] is None for row in rows(app, 3) if row["voucher"] == "guest")
    assert time.monotonic() - began < 30
    assert not list(app.state.rglob("verify-*"))


def test_the_listener_takes_silent_and_endless_connections() -> None:
    from dvm.observe.loopback import LoopbackListener

    with LoopbackListener() as listener:
        silent = socket.create_connection(("127.0.0.1", listener.ports[0]))
        spoken = socket.create_connection(("127.0.0.1", listener.ports[0]))
        spoken.sendall(b"a" * 5000)
        assert {len(text) for text in listener.arrived()} == {0, 256}
        silent.close()
        spoken.close()
