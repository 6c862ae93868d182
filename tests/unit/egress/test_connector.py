"""The program that QEMU starts for each connection, as QEMU starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dvm.egress.netdev import launch
from dvm.egress.place import LOCK_FILE, LOG_FILE, POLICY_FILE, SOCKET_FILE
from dvm.egress.policy import Policy, proxy_runs, render
from dvm.egress.watch import Watch
from tests.places import short_place
from tests.unit.egress.conftest import everything

REQUEST = b"CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n"


class Guest:
    """A VM's network: each connection starts the connector anew, with all three streams being the connection."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.started: list[subprocess.Popen[bytes]] = []

    def open(self, kind: str = "proxy") -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(20)
        with theirs:
            self.started.append(
                subprocess.Popen(
                    launch("connector.py", str(self.directory), kind),
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=theirs.fileno(),
                    start_new_session=True,
                    env={"HTTP_PROXY": "http://x", "LD_DEBUG_OUTPUT": "/dev/null", "HOSTALIASES": "/etc/passwd"},
                )
            )
        return ours

    def ask(self) -> bytes:
        with self.open() as client:
            client.sendall(REQUEST)
            return everything(client)

    @property
    def living(self) -> list[subprocess.Popen[bytes]]:
        return [each for each in self.started if each.poll() is None]


def until(condition: object, seconds: float = 10) -> bool:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    with short_place() as place:
        directory = place / "dvm-app"
        directory.mkdir(mode=0o700)
        path = directory / POLICY_FILE
        path.touch(0o600)
        path.write_bytes(render(Policy("dvm-app", "app")))
        made = Guest(directory)
        yield made
        for each in made.living:
            each.kill()
            each.wait()


def test_the_first_becomes_the_proxy_and_the_others_hand_over(guest: Guest) -> None:
    assert b" 403 " in guest.ask()
    assert all(b" 403 " in guest.ask() for _ in range(5))
    assert until(lambda: len(guest.living) == 1)
    assert guest.living == [guest.started[0]]
    modes = {name: (guest.directory / name).stat().st_mode & 0o777 for name in (SOCKET_FILE, LOCK_FILE, LOG_FILE)}
    assert modes == {SOCKET_FILE: 0o700, LOCK_FILE: 0o600, LOG_FILE: 0o600}


def test_a_killed_proxy_is_followed_by_another(guest: Guest) -> None:
    open_connection = guest.open()
    open_connection.sendall(b"CONNECT")
    assert until((guest.directory / SOCKET_FILE).exists)
    assert b" 403 " in guest.ask()
    (first,) = guest.living
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert everything(open_connection) == b"", "its connections end"
    open_connection.close()
    assert b" 403 " in guest.ask()
    assert until(lambda: len(guest.living) == 1)


def test_many_at_once_leave_one_process(guest: Guest) -> None:
    clients = [guest.open() for _ in range(100)]
    answered = 0
    for client in clients:
        with client:
            client.settimeout(30)
            try:
                client.sendall(REQUEST)
                answered += b" 403 " in everything(client)
            except OSError:
                pass
    assert answered >= 30, "up to 64 are served at once"
    assert until(lambda: len(guest.living) <= 1)


def test_it_ends_with_the_vm(guest: Guest) -> None:
    vm = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (guest.directory / "qemu.pid").write_text(f"{vm.pid}\n")
    assert b" 403 " in guest.ask()
    assert guest.living
    vm.kill()
    vm.wait()
    assert until(lambda: not guest.living, 5)
    assert not (guest.directory / SOCKET_FILE).exists()


def test_nothing_of_the_host_goes_to_the_guest(guest: Guest) -> None:
    with guest.open() as client:
        client.sendall(REQUEST)
        everything(client)
    (process,) = guest.living
    environment = Path(f"/proc/{process.pid}/fd")
    if environment.exists():
        targets = {str(each.readlink()) for each in environment.iterdir()}
        assert {target for target in targets if target.startswith("/")} <= {
            "/dev/null",
            str(guest.directory / LOCK_FILE),
        }
    with guest.open("nonsense") as client:
        assert everything(client) == b""
    broken = Guest(guest.directory.with_name("dvm-none"))
    with broken.open() as client:
        assert everything(client) == b""
    broken.started[0].wait(10)


def test_a_watch_sees_the_end_of_a_process(tmp_path: Path) -> None:
    file = tmp_path / "x.pid"
    watch = Watch(str(file))
    assert (watch.found, watch.ended) == (False, False)
    file.write_text("nonsense")
    assert until(lambda: not watch.ended)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    file.write_text(str(process.pid))
    assert (bool(watch.ended), watch.found) == (False, True)
    process.kill()
    process.wait()
    assert until(lambda: watch.ended)
    file.write_text(str(os.getpid()))
    assert watch.ended, "what it has once seen to end has ended"
    watch.close()


def test_a_proxy_that_listens_serves_its_vm_alone_and_ends_with_it(guest: Guest) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = guest.directory / POLICY_FILE
    path.write_bytes(render(Policy("dvm-app", "app", credential="s3cret", port=port)))
    process = subprocess.Popen(launch("listener.py", str(guest.directory)))
    guest.started.append(process)
    assert until(lambda: proxy_runs(str(guest.directory)))
    second = subprocess.Popen(launch("listener.py", str(guest.directory)))
    assert second.wait(10) == 1, "one proxy is enough"

    def ask(more: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(REQUEST.removesuffix(b"\r\n") + more + b"\r\n")
            return everything(client)

    assert b" 407 " in ask(b"")
    assert b" 403 " in ask(b"Proxy-Authorization: Basic ZHZtOnMzY3JldA==\r\n")
    # Nobody asks for a while: it waits, and uses no processor time for that.
    used = sum(psutil.Process(process.pid).cpu_times()[:2])
    time.sleep(2.5)
    assert sum(psutil.Process(process.pid).cpu_times()[:2]) - used < 0.5
    assert b" 407 " in ask(b"")
    vm = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (guest.directory / "ha.pid").write_text(f"{vm.pid}\n")
    time.sleep(1.2)
    assert process.poll() is None
    vm.kill()
    vm.wait()
    assert process.wait(10) == 0
    assert not proxy_runs(str(guest.directory))
