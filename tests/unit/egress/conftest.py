"""A proxy with servers behind it: real sockets and TLS on loopback addresses, which the rule of these tests allows."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dvm.egress.log import OPENED
from dvm.egress.names import parse_rule
from dvm.egress.place import LOG_FILE, POLICY_FILE
from dvm.egress.policy import Policy, Reached, render
from dvm.egress.server import Server

NAMES = ("allowed.test", "other.test", "a.wild.test", "loop.test", "mapped.test", "nowhere.test")


class Everywhere:
    """Loopback counts as global here; 127.0.0.66 stands in for an address that is not."""

    def allows(self, address: str) -> bool:
        return address != "127.0.0.66"

    def allows_from(self, address: str, own: str) -> bool:
        return True


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: it makes the certificate of these tests")
    place = tmp_path_factory.mktemp("certificate")
    key, made = place / "key.pem", place / "certificate.pem"
    names = ",".join(f"DNS:{name}" for name in NAMES)
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"),
            *("-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return key, made


Handler = Callable[[socket.socket], None]


@contextlib.contextmanager
def serving(handler: Handler) -> Iterator[int]:
    """A server on 127.0.0.1 that has a thread for each connection; its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        listener.settimeout(0.1)
        done = threading.Event()

        def one(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                handler(connection)

        def accept() -> None:
            while not done.is_set():
                with contextlib.suppress(OSError):
                    threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        done.set()
        thread.join(5)


_ECHO = """
import socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.sendall(connection.recv(100))
    connection.close()
"""


@contextlib.contextmanager
def shared_ssh(instance: Path) -> Iterator[int]:
    """A process with the name and the title of Lima's shared ssh connection to an instance, which echoes; its port."""
    program = instance.parent / "ssh"
    program.unlink(missing_ok=True)
    program.symlink_to(Path(sys.executable).resolve())
    words = [str(program), "-I", "-S", "-c", _ECHO, f"ssh: {instance}/ssh.sock [mux]"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


class Proxied:
    """A proxy and its VM: `open` is a connection of the guest's."""

    def __init__(self, directory: Path, resolver: dict[str, list[str]]) -> None:
        self.directory = directory
        self.resolver = resolver
        self.server = Server(str(directory), rule=Everywhere())

    def allow(self, *names: str, setup: tuple[str, ...] = (), reach: tuple[Reached, ...] = ()) -> None:
        policy = Policy("dvm-app", "app", tuple(map(parse_rule, names)), tuple(map(parse_rule, setup)), reached=reach)
        path = self.directory / POLICY_FILE
        path.write_bytes(render(policy))
        path.chmod(0o600)

    def open(self, kind: bytes = b"") -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(15)
        self.server.serve(theirs, kind)
        return ours

    def ask(self, request: bytes) -> bytes:
        """Send bytes and return all that comes back."""
        with self.open() as client:
            client.sendall(request)
            return everything(client)

    def tunnel(self, name: str, port: int) -> tuple[socket.socket, bytes]:
        client = self.open()
        client.sendall(f"CONNECT {name}:{port} HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n".encode())
        return client, head(client)

    def rest(self) -> None:
        """Wait until nothing is served."""
        deadline = time.monotonic() + 5
        while self.server.busy and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not self.server.busy

    def log(self, count: int = 1) -> list[dict[str, Any]]:
        """The last entries of the log, which are written when a connection has ended."""
        path = self.directory / LOG_FILE
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            lines = path.read_text().splitlines() if path.exists() else []
            ended = [entry for entry in map(json.loads, lines) if entry["verdict"] != OPENED]
            if len(ended) >= count:
                return ended[-count:]
            time.sleep(0.02)
        raise AssertionError("nothing was logged")


def everything(client: socket.socket) -> bytes:
    data = b""
    with contextlib.suppress(ConnectionError):
        while more := client.recv(65536):
            data += more
    return data


def head(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(1)
        if not more:
            break
        data += more
    return data


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Addresses of names; others can't be resolved."""
    known = {name: ["127.0.0.1"] for name in NAMES}

    def getaddrinfo(name: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in known[name]]
        return [
            (family, socket.SOCK_STREAM, 6, "", (each, port, 0, 0) if ":" in each else (each, port))
            for family, each in zip(families, known[name], strict=True)
        ]

    monkeypatch.setattr("dvm.egress.resolve.socket.getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def proxied(tmp_path: Path, resolver: dict[str, list[str]]) -> Proxied:
    directory = tmp_path / "dvm-app"
    directory.mkdir(mode=0o700)
    made = Proxied(directory, resolver)
    made.allow("allowed.test")
    return made


def tls_server(certificate: tuple[Path, Path], content: bytes) -> Handler:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key, made = certificate
    context.load_cert_chain(made, key)

    def handler(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(content)

    return handler


def tls_client(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate[1]))
    context.check_hostname = False
    return context
