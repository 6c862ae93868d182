"""DVM's own connection to a guest: its host key, its socket, and what goes wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Dvm


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def sockets(app: Dvm) -> list[Path]:
    return [path for path in (app.state / "ssh").iterdir() if path.is_socket()]


def pins(app: Dvm) -> list[Path]:
    return sorted((app.state / "ssh").glob("*.known"))


def stage_key(app: Dvm, text: str) -> None:
    (app.lima_home / "dvm-app" / "guest-host-key").write_text(text)


def state(app: Dvm) -> Path:
    return app.lima_home / "dvm-app" / "sim.json"


def test_the_first_contact_of_a_boot_learns_the_host_key_and_a_start_makes_it_another(app: Dvm) -> None:
    assert app.run("ssh", "app", "true").code == 0
    (first,) = pins(app)
    assert first.read_text().startswith("dvm-app ssh-ed25519 ")
    assert first.stat().st_mode & 0o777 == 0o600
    assert (app.state / "ssh").stat().st_mode & 0o777 == 0o700
    assert app.run("stop", "app").code == 0
    assert app.run("apply", "-y").code == 0
    assert app.run("ssh", "app", "true").code == 0
    (second,) = pins(app)
    assert second.name != first.name
    assert not first.exists(), "what an earlier boot left is gone"


def test_another_host_key_within_a_boot_is_denied(app: Dvm) -> None:
    assert app.run("ssh", "app", "true").code == 0
    kill_master(app)
    stage_key(app, "another")
    for command in (["ssh", "app", "true"], ["sh", "app"]):
        result = app.run(*command)
        assert (result.code, result.out) == (3, ""), result.err
        assert "answers with another host key" in result.err
        assert "dvm stop app && dvm start app" in result.err
    assert app.run("stop", "app").code == 0
    assert app.run("apply", "-y").code == 0
    assert app.run("ssh", "app", "true").code == 0


def kill_master(app: Dvm) -> None:
    for path in sockets(app):
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(path))
            asking.sendall(b"check\n")
            os.kill(int(asking.recv(64)), signal.SIGKILL)


def take(listener: socket.socket, port: int) -> None:
    """Bind a port that a process that is about to end still holds."""
    deadline = time.monotonic() + 10
    while True:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def test_a_port_that_another_program_holds_is_not_believed(app: Dvm) -> None:
    known = json.loads(state(app).read_text())
    os.kill(known["driver"], signal.SIGKILL)
    port = json.loads(app.limactl("list", "--json").out)["sshLocalPort"]
    with socket.socket() as impostor:
        take(impostor, port)
        impostor.listen()
        # As if the instance's driver lived, without its port.
        with subprocess.Popen(["sleep", "60"]) as other:
            known["driver"] = other.pid
            state(app).write_text(json.dumps(known))
            result = app.run("ssh", "app", "true")
            other.kill()
    assert result.code == 3
    assert f"port {port} is not held by this VM's own process" in result.err
    assert pins(app) == []
    assert not [call for call in app.calls() if call[0] == "ssh"], "nobody was asked"


def test_a_master_that_died_is_started_again(app: Dvm) -> None:
    assert app.run("ssh", "app", "true").code == 0
    kill_master(app)
    assert sockets(app), "a stale socket"
    result = app.run("ssh", "app", "echo", "hello")
    assert (result.code, result.out, result.err) == (0, "hello\n", "")


def test_several_at_once_start_one(app: Dvm) -> None:
    running = [app.popen("ssh", "app", "true") for _ in range(4)]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
    made = [word for call in app.calls() if "-M" in call for word in call if word.startswith("User=")]
    assert len(made) == 2
    assert made[1] == "User=root"
    assert len(sockets(app)) == 2, "the login user's, and root's"


def test_the_connection_ends_with_the_vm(app: Dvm) -> None:
    assert app.run("ssh", "app", "true").code == 0
    assert len(sockets(app)) == 2
    assert app.run("stop", "app").code == 0
    deadline = time.monotonic() + 10
    while sockets(app) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not sockets(app)


def test_a_vm_that_boots_is_said_to_boot(app: Dvm) -> None:
    events = app.lima_home / "dvm-app" / "ha.stdout.log"
    whole = events.read_text()
    events.write_text('{"status":{"sshLocalPort":1}}\n')
    result = app.run("sh", "app")
    assert (result.code, "vm.app is booting" in result.err) == (1, True)
    assert "kex_exchange" not in result.err
    events.write_text(whole)
    app.limactl("sim", "unreachable", "dvm-app")
    result = app.run("sh", "app")
    assert (result.code, "vm.app is booting" in result.err) == (1, True)
    app.limactl("sim", "reachable", "dvm-app")
    assert app.run("ssh", "app", "true").code == 0


def test_the_first_seconds_of_a_boot_are_no_breakage(app: Dvm) -> None:
    agent = app.lima_home / "dvm-app" / "ha.pid"
    app.limactl("sim", "break", "dvm-app")
    agent.write_text("5000000\n")
    assert "Booting" in app.run("ls").out
    result = app.run("sh", "app")
    assert (result.code, "vm.app is booting" in result.err) == (1, True)
    app.limactl("sim", "break-hostagent", "dvm-app")
    assert "Broken" in app.run("ls").out
    result = app.run("sh", "app")
    assert (result.code, "DVM310" in result.err) == (3, True)


def test_a_directory_that_others_can_use_is_refused(app: Dvm) -> None:
    place = app.state / "ssh"
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    result = app.run("ssh", "app", "true")
    assert (result.code, "is not DVM's alone" in result.err) == (3, True)


def test_a_long_state_directory_has_its_sockets_elsewhere(app: Dvm) -> None:
    runtime = app.place / "run"
    runtime.mkdir(mode=0o700)
    long = str(app.place / ("s" * 60))
    result = app.run("ssh", "app", "true", DVM_STATE_DIR=long, XDG_RUNTIME_DIR=str(runtime))
    assert (result.code, result.err) == (0, "")
    assert [path for path in runtime.rglob("*") if path.is_socket()]


def test_a_session_goes_through_root_s_connection_and_needs_no_sudo(app: Dvm) -> None:
    for _ in range(2):
        result = app.run("ssh", "app", "whoami")
        assert (result.code, result.out, result.err) == (0, "developer\n", "")
        call = app.calls()[-1]
        assert "User=root" in call
        assert "sudo" not in call[-1]
        assert "enter.sh" not in call[-1]
        assert len(call[-1]) < 500, "the program is in no argument"
    assert len([call for call in app.calls() if "dvm-leave /run/dvm/enter-" in call[-1]]) == 1
    assert json.loads((app.lima_home / "dvm-app" / "guest.json").read_text())["admitted"] == []


@pytest.mark.parametrize("said", [None, "1 2 3"])
def test_root_s_connection_that_proved_nothing_is_made_again(app: Dvm, said: str | None) -> None:
    assert app.run("ssh", "app", "true").code == 0
    (proof,) = (app.state / "ssh").glob("*-proven")
    proof.unlink() if said is None else proof.write_text(said)
    app.forget()
    result = app.run("ssh", "app", "whoami")
    assert (result.code, result.out, result.err) == (0, "developer\n", "")
    calls = app.calls()
    assert len([call for call in calls if "-M" in call and "User=root" in call]) == 1
    assert len([call for call in calls if "dvm-leave /run/dvm/enter-" in call[-1]]) == 1


def test_a_guest_that_lets_no_root_in_is_entered_by_sudo(app: Dvm) -> None:
    (app.lima_home / "dvm-app" / "guest-no-root").touch()
    for _ in range(2):
        result = app.run("ssh", "app", "whoami")
        assert (result.code, result.out, result.err) == (0, "developer\n", "")
        call = app.calls()[-1]
        assert "User=root" not in call
        assert "exec sudo -n bash $p developer" in call[-1]
        assert len([call for call in app.calls() if "-M" in call]) == 2, "asked once, not in each session"
    (refused,) = (app.state / "ssh").glob("*.no")
    (app.lima_home / "dvm-app" / "guest-no-root").unlink()
    os.utime(refused, (0, 0))
    assert app.run("ssh", "app", "--env", "HOME", "true").code == 0
    assert "User=root" in app.calls()[-1], "and again after ten minutes"


def test_a_shell_of_root_s_that_ends_by_itself_is_not_believed(app: Dvm) -> None:
    (app.lima_home / "dvm-app" / "guest-silent-root").touch()
    result = app.run("ssh", "app", "whoami")
    assert (result.code, result.out, result.err) == (0, "developer\n", "")
    assert "User=root" not in app.calls()[-1]


@pytest.mark.parametrize("key", [None, "no key\n"])
def test_without_a_public_key_sessions_go_by_sudo(app: Dvm, key: str | None) -> None:
    file = app.lima_home / "_config" / "user.pub"
    file.unlink() if key is None else file.write_text(key)
    assert app.run("ssh", "app", "whoami").out == "developer\n"
    assert "User=root" not in app.calls()[-1]


def test_more_sessions_than_one_connection_takes(app: Dvm) -> None:
    running = [app.popen("ssh", "app", "sleep", "4") for _ in range(11)]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
    assert len([call for call in app.calls() if "-M" in call and "User=root" in call]) == 2
