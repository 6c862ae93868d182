"""The proxy, with real sockets and real TLS."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from dvm.egress import holder, resolve, session
from dvm.egress import relay as relay_module
from dvm.egress.place import LOG_FILE, MOST_CONNECTIONS, POLICY_FILE, SETUP_FILE
from dvm.egress.policy import Reached
from dvm.lima.home import Home
from dvm.state.egress_log import read_log
from tests.unit.egress.conftest import Proxied, everything, head, serving, shared_ssh, tls_client, tls_server

Certificate = tuple[Path, Path]


def secured(proxied: Proxied, certificate: Certificate, name: str, port: int, server_name: str) -> bytes:
    """A request through a tunnel, as curl does it."""
    client, answer = proxied.tunnel(name, port)
    with client:
        if not answer.startswith(b"HTTP/1.1 200"):
            return answer + everything(client)
        with tls_client(certificate).wrap_socket(client, server_hostname=server_name) as secure:
            secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
            return everything(secure)


def test_an_allowed_name_through_a_tunnel(proxied: Proxied, certificate: Certificate) -> None:
    with serving(tls_server(certificate, b"hello")) as port:
        proxied.allow(f"allowed.test:{port}")
        assert secured(proxied, certificate, "allowed.test", port, "allowed.test") == b"hello"
    (entry,) = proxied.log()
    assert (entry["name"], entry["port"], entry["verdict"], entry["instance"]) == (
        "allowed.test",
        port,
        "allowed",
        "dvm-app",
    )
    assert entry["sent"] > 200
    assert entry["received"] > 1000
    assert (proxied.directory / LOG_FILE).stat().st_mode & 0o777 == 0o600


def test_another_server_name_gets_no_byte_through(proxied: Proxied, certificate: Certificate) -> None:
    came: list[bytes] = []
    with serving(lambda connection: came.append(everything(connection))) as port:
        proxied.allow(f"allowed.test:{port}")
        with pytest.raises((ssl.SSLError, OSError)):
            secured(proxied, certificate, "allowed.test", port, "other.test")
        (entry,) = proxied.log()
        assert (entry["verdict"], entry["why"]) == ("denied", "its TLS server name is another one: other.test")
        time.sleep(0.1)
    assert came == [b""]


@pytest.mark.parametrize(
    "data", [b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00", b""]
)
def test_what_is_no_tls_gets_no_byte_through(proxied: Proxied, data: bytes) -> None:
    came: list[bytes] = []
    with serving(lambda connection: came.append(everything(connection))) as port:
        proxied.allow(f"allowed.test:{port}")
        client, answer = proxied.tunnel("allowed.test", port)
        with client:
            assert answer.startswith(b"HTTP/1.1 200")
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            assert everything(client) == b""
        proxied.log()
        time.sleep(0.1)
    assert came == [b""]


def no_server_name(certificate: Certificate) -> ssl.SSLContext:
    return tls_client(certificate)


def test_tls_without_a_server_name_is_refused(proxied: Proxied, certificate: Certificate) -> None:
    with serving(tls_server(certificate, b"hello")) as port:
        proxied.allow(f"allowed.test:{port}")
        client, _ = proxied.tunnel("allowed.test", port)
        with client, pytest.raises((ssl.SSLError, OSError)):
            no_server_name(certificate).wrap_socket(client, server_hostname=None)
    assert proxied.log()[0]["why"] == "its TLS ClientHello names no server"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("other.test:443", 403),
        ("allowed.test:22", 403),
        ("allowed.test.evil.test:443", 403),
        ("127.0.0.1:443", 403),
        ("[::1]:443", 400),
        ("::1:443", 400),
        ("2130706433:443", 403),
        ("0x7f000001:443", 403),
        ("0177.0.0.1:443", 403),
        ("127.1:443", 403),
        ("localhost:443", 403),
        ("169.254.169.254:80", 403),
        ("[::ffff:169.254.169.254]:80", 400),
        ("allowed.test", 400),
        ("allowed.test:0", 400),
        ("allowed.test:99999", 400),
        ("user@allowed.test:443", 403),
        ("http://allowed.test:443", 400),
        ("allowed.test:443/", 400),
        ("allowed%2etest:443", 403),
        ("[fe80::1%25eth0]:443", 400),
        ("[64:ff9b::7f00:1]:443", 400),
        ("11.1450284:443", 403),
        ("0x7f.1:443", 403),
        ("0:443", 403),
        (".allowed.test:443", 403),
        ("allowed.test..:443", 403),
        ("*.test:443", 403),
        ("evil.test%00.allowed.test:443", 403),
        ("evil.test#.allowed.test:443", 403),
        ("allowed.test:+443", 400),
        ("allowed.test:443:443", 400),
    ],
)
def test_tunnels_that_are_refused(proxied: Proxied, target: str, status: int) -> None:
    answer = proxied.ask(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert proxied.log()[0]["verdict"] == "denied"


@pytest.mark.parametrize(
    ("addresses", "says"),
    [(["127.0.0.66"], "not a global one"), ([], "can't be resolved")],
)
def test_names_that_lead_nowhere(proxied: Proxied, addresses: list[str], says: str) -> None:
    proxied.resolver.pop("allowed.test")
    if addresses:
        proxied.resolver["allowed.test"] = addresses
    answer = proxied.ask(b"CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test:443\r\n\r\n")
    assert says.encode() in answer


def test_only_addresses_that_are_allowed_are_connected_to(proxied: Proxied, certificate: Certificate) -> None:
    proxied.resolver["allowed.test"] = ["127.0.0.66", "127.0.0.1"]
    with serving(tls_server(certificate, b"hello")) as port:
        proxied.allow(f"allowed.test:{port}")
        assert secured(proxied, certificate, "allowed.test", port, "allowed.test") == b"hello"


def plain_server(answer: bytes, came: list[bytes]) -> object:
    def handler(connection: socket.socket) -> None:
        came.append(head(connection))
        connection.sendall(answer)

    return handler


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\nConnection: X-B\r\nX-B: c\r\n\r\nhello"


def test_plain_http_as_apt_asks_for_it(proxied: Proxied) -> None:
    came: list[bytes] = []
    with serving(plain_server(PLAIN, came)) as port:  # type: ignore[arg-type]
        proxied.allow(f"allowed.test:{port}")
        answer = proxied.ask(
            f"GET http://Allowed.TEST:{port}/dists/x?y=1 HTTP/1.1\r\nHost: allowed.test:{port}\r\n"
            "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic c2VjcmV0\r\nConnection: X-Drop\r\nX-Drop: 1\r\n"
            "Upgrade: websocket\r\nAccept: */*\r\n\r\n".encode()
        )
    assert came[0].startswith(b"GET /dists/x?y=1 HTTP/1.1\r\n")
    said = came[0].lower()
    assert f"\r\nhost: allowed.test:{port}\r\n".encode() in said
    assert b"\r\naccept: */*\r\n" in said
    for gone in (b"proxy-", b"x-drop", b"upgrade", b"secret"):
        assert gone not in said
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nhello")
    assert b"x-a: b" in answer
    assert b"x-b" not in answer
    assert (proxied.log()[0]["verdict"], proxied.log()[0]["received"]) == ("allowed", 5)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + PLAIN,
    ],
)
def test_answers_of_all_kinds(proxied: Proxied, answer: bytes) -> None:
    with serving(plain_server(answer, [])) as port:  # type: ignore[arg-type]
        proxied.allow(f"allowed.test:{port}")
        got = proxied.ask(f"GET http://allowed.test:{port} HTTP/1.0\r\n\r\n".encode())
    assert got.endswith(b"\r\n\r\nhello"), got


@pytest.mark.parametrize(
    ("method", "answer", "body", "verdict"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"", "allowed"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b"", "allowed"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", b"", "allowed"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", "allowed"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", b"hello", "allowed"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", b"hello", "failed"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000, b"x" * 300_000, "allowed"),
    ],
)
def test_no_more_and_no_less_than_its_length(
    proxied: Proxied, method: str, answer: bytes, body: bytes, verdict: str
) -> None:
    with serving(plain_server(answer, [])) as port:  # type: ignore[arg-type]
        proxied.allow(f"allowed.test:{port}")
        got = proxied.ask(
            f"{method} http://allowed.test:{port}/ HTTP/1.1\r\nHost: allowed.test:{port}\r\n\r\n".encode()
        )
    assert got.partition(b"\r\n\r\n")[2] == body
    assert proxied.log()[0]["verdict"] == verdict


def test_a_body_goes_along(proxied: Proxied) -> None:
    came: list[bytes] = []

    def handler(connection: socket.socket) -> None:
        came.append(head(connection))
        came.append(connection.recv(5))
        connection.sendall(PLAIN)

    with serving(handler) as port:
        proxied.allow(f"allowed.test:{port}")
        with proxied.open() as client:
            client.sendall(
                f"POST http://allowed.test:{port}/ HTTP/1.1\r\nHost: allowed.test:{port}\r\nContent-Length: 5\r\n"
                "Expect: 100-continue\r\n\r\n".encode()
            )
            assert head(client).startswith(b"HTTP/1.1 100")
            client.sendall(b"upped")
            assert everything(client).endswith(b"hello")
    assert came[1] == b"upped"
    assert b"expect" not in came[0].lower()
    assert proxied.log()[0]["sent"] == 5


@pytest.mark.parametrize(
    "request_text",
    [
        "GET / HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET https://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET ftp://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://user@allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://allowed.test@other.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://allowed.test\\@other.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://allowed.test#@other.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nHost: other.test\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost : other.test\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\n Host: other.test\r\n\r\n",
        "GET http://allowed.test:22/ HTTP/1.1\r\nHost: allowed.test:22\r\n\r\n",
        "GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET http://[::1]/ HTTP/1.1\r\nHost: [::1]\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n",
        "TRACE http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http:allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "GET http://allowed.test%2eother.test/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
        "POST http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nTransfer-Encoding:\x0bchunked\r\n\r\n",
        "POST http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 5, 50\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nX: a\0b\r\n\r\n",
        "GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nX: " + "a" * 20000 + "\r\n\r\n",
        "\x16\x03\x01 hello\r\n\r\n",
        "CONNECT allowed.test:443 HTTP/1.1\r\nHost: other.test\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_requests_that_are_refused(proxied: Proxied, request_text: str) -> None:
    def unreachable(*_: object) -> socket.socket:
        raise AssertionError("nothing may be connected to")

    proxied.server._resolver.connect = unreachable  # type: ignore[assignment, method-assign]
    answer = proxied.ask(request_text.encode())
    assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 403", b"HTTP/1.1 405", b"HTTP/1.1 431", b"HTTP/1.1 501"), answer
    assert proxied.log()[0]["verdict"] == "denied"


def test_a_header_that_frames_the_message_is_not_dropped(proxied: Proxied) -> None:
    with serving(plain_server(PLAIN, [])) as port:  # type: ignore[arg-type]
        proxied.allow(f"allowed.test:{port}")
        answer = proxied.ask(
            f"POST http://allowed.test:{port}/ HTTP/1.1\r\nHost: allowed.test:{port}\r\nContent-Length: 0\r\n"
            "Connection: close, content-length\r\n\r\n".encode()
        )
    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("spoil", ["missing", "other", "mode", "link", "damaged", "owner"])
def test_a_doubtful_policy_means_no(proxied: Proxied, spoil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = proxied.directory / POLICY_FILE
    text = path.read_text()
    if spoil == "missing":
        path.unlink()
    elif spoil == "other":
        path.write_text(text.replace("dvm-app", "dvm-other"))
    elif spoil == "mode":
        path.chmod(0o644)
    elif spoil == "link":
        path.rename(path.with_name("elsewhere"))
        path.symlink_to(path.with_name("elsewhere"))
    elif spoil == "damaged":
        path.write_text(text[: len(text) // 2])
    else:
        monkeypatch.setattr("dvm.egress.policy.os.geteuid", lambda: os.getuid() + 1)
    answer = proxied.ask(b"CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test:443\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403")
    assert str(proxied.directory).encode() not in answer, "the guest learns nothing of the host"


def test_a_change_of_the_list_counts_from_the_next_connection(proxied: Proxied, certificate: Certificate) -> None:
    with serving(tls_server(certificate, b"hello")) as port:
        proxied.allow(f"allowed.test:{port}")
        assert secured(proxied, certificate, "allowed.test", port, "allowed.test") == b"hello"
        proxied.allow("other.test")
        assert b" 403 " in secured(proxied, certificate, "allowed.test", port, "allowed.test")


def test_setup_names_count_while_our_own_step_runs(proxied: Proxied, certificate: Certificate) -> None:
    mark = proxied.directory / SETUP_FILE
    with serving(tls_server(certificate, b"hello")) as port:
        proxied.allow(setup=(f"allowed.test:{port}",))
        assert b" 403 " in secured(proxied, certificate, "allowed.test", port, "allowed.test")
        # A file alone says nothing: somebody has to hold its lock.
        with mark.open("w") as file:
            mark.chmod(0o600)
            assert b" 403 " in secured(proxied, certificate, "allowed.test", port, "allowed.test")
            fcntl.flock(file, fcntl.LOCK_EX)
            assert secured(proxied, certificate, "allowed.test", port, "allowed.test") == b"hello"
        assert b" 403 " in secured(proxied, certificate, "allowed.test", port, "allowed.test")


def test_what_setup_opened_is_cut_when_it_ends(proxied: Proxied, certificate: Certificate) -> None:
    held = threading.Event()

    def hold(connection: socket.socket) -> None:
        held.set()
        everything(connection)

    mark = proxied.directory / SETUP_FILE
    with serving(hold) as port:
        proxied.allow(setup=(f"allowed.test:{port}",))
        with mark.open("w") as file:
            mark.chmod(0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            client, answer = proxied.tunnel("allowed.test", port)
            assert answer.startswith(b"HTTP/1.1 200")
            client.sendall(hello("allowed.test"))
            assert held.wait(5)
        begun = time.monotonic()
        assert client.recv(1) == b""
        assert time.monotonic() - begun < 4
        client.close()
    assert proxied.log()[-1]["why"] == "setup has ended"


def test_a_plain_request_that_setup_began_is_cut_when_it_ends(proxied: Proxied) -> None:
    """A body that never ends would be a way out for good."""
    came: list[bytes] = []

    def take(connection: socket.socket) -> None:
        while more := connection.recv(65536):
            came.append(more)

    mark = proxied.directory / SETUP_FILE
    chunk = b"4\r\ndata\r\n"
    with serving(take) as port, proxied.open() as client:
        proxied.allow(setup=(f"allowed.test:{port}",))
        with mark.open("w") as file:
            mark.chmod(0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            head = f"POST http://allowed.test:{port}/ HTTP/1.1\r\nHost: allowed.test:{port}\r\n"
            client.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk)
            while not any(b"data" in each for each in came):
                time.sleep(0.02)
            # While setup runs it goes on.
            time.sleep(1.2)
            client.sendall(chunk)
            time.sleep(0.3)
            assert proxied.server.busy
        time.sleep(1.2)
        came.clear()
        client.sendall(b"6\r\nstolen\r\n")
        proxied.rest()
        assert not any(b"stolen" in each for each in came)
    assert proxied.log()[-1]["why"] == "setup has ended"


def test_a_connection_is_in_the_log_before_it_ends(proxied: Proxied) -> None:
    """One that is held open until the VM stops would be in no log at all."""
    came = threading.Event()

    def hold(connection: socket.socket) -> None:
        if connection.recv(1):
            came.set()
        everything(connection)

    with serving(hold) as port:
        proxied.allow(f"allowed.test:{port}")
        client, _ = proxied.tunnel("allowed.test", port)
        with client:
            client.sendall(hello("allowed.test"))
            assert came.wait(5)
            seen = read_log(Home(proxied.directory), proxied.directory, "dvm-app", 0.0)
            assert [(each.name, each.count) for each in seen.allowed] == [("allowed.test", 1)]
        proxied.rest()
        # The entry of its end is of the same connection.
        assert read_log(Home(proxied.directory), proxied.directory, "dvm-app", 0.0).allowed == seen.allowed


def hello(name: str) -> bytes:
    """A ClientHello as Python's ssl makes it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    made = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        made.do_handshake()
    return outgoing.read()


def test_a_port_of_another_vm(proxied: Proxied) -> None:
    with shared_ssh(proxied.directory.with_name("dvm-db")) as port:
        proxied.allow(reach=(Reached("db", 5432, port),))
        with proxied.open(str(port).encode()) as client:
            client.sendall(b"select 1")
            assert everything(client) == b"select 1"
        assert proxied.log()[0]["verdict"] == "allowed"
        proxied.allow("allowed.test")
        with proxied.open(str(port).encode()) as client:
            assert everything(client) == b""
        assert proxied.log(2)[1]["verdict"] == "denied"


def test_what_has_the_port_of_another_vm_in_its_place_gets_nothing(
    proxied: Proxied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A VM that is stopped holds no port, and `reach` opens nothing else of the host's."""
    monkeypatch.setattr(holder, "_WAIT_SECONDS", 0.2)
    heard: list[bytes] = []
    with serving(lambda connection: heard.append(connection.recv(100))) as port:
        proxied.allow(reach=(Reached("db", 5432, port),))
        # Beside it, the other VM's own process with another port, or none.
        for beside in (contextlib.nullcontext(0), shared_ssh(proxied.directory.with_name("dvm-db"))):
            with beside, proxied.open(str(port).encode()) as client:
                client.sendall(b"stolen")
                assert everything(client) == b""
        assert [(each["verdict"], each["why"]) for each in proxied.log(2)] == [
            ("denied", "vm.db does not forward its ports"),
            ("denied", "what listens there is not vm.db"),
        ]
    assert heard in ([], [b""]), "of a VM that is stopped it is not even connected to"
    # A third VM's is not the other one's either.
    with shared_ssh(proxied.directory.with_name("dvm-db2")) as port:
        proxied.allow(reach=(Reached("db", 5432, port),))
        with proxied.open(str(port).encode()) as client:
            assert everything(client) == b""


def test_at_most_64_at_once_and_no_leak(proxied: Proxied) -> None:
    before, threads = descriptors(), threading.active_count()
    clients = [proxied.open() for _ in range(MOST_CONNECTIONS + 10)]
    over = [client for client in clients if ended(client)]
    assert len(over) == 10
    assert threading.active_count() <= threads + MOST_CONNECTIONS
    for client in clients:
        client.close()
    proxied.rest()
    with proxied.open() as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert everything(client).startswith(b"HTTP/1.1 400")
    if before:
        time.sleep(0.2)
        assert descriptors() <= before + 2


def descriptors() -> int:
    """How many this process has open; 0 where that can't be seen."""
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.exists() else 0


def ended(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_many_one_after_the_other(proxied: Proxied) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(500):
        assert b" 403 " in proxied.ask(b"CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 20_000
    proxied.rest()
    assert (proxied.directory / LOG_FILE).stat().st_size < 1 << 20


def test_the_log_is_bounded_and_escaped(proxied: Proxied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvm.egress.log.MAX_BYTES", 4000)
    for _ in range(60):
        proxied.ask(b'GET http://\x1b]0;"evil\xc3\xa9"/ HTTP/1.1\r\nHost: x\r\n\r\n')
    files = sorted(proxied.directory.glob(f"{LOG_FILE}*"))
    assert [file.name for file in files] == [LOG_FILE, f"{LOG_FILE}.1"]
    assert all(file.stat().st_size <= 4000 and file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert all(byte >= 32 or byte == 10 for file in files for byte in file.read_bytes())
    # Nobody may take what is left for all there was.
    first = json.loads(files[1].read_text().splitlines()[0])["time"]
    begins = read_log(Home(proxied.directory), proxied.directory, "dvm-app", 0.0).begins
    assert begins is not None
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begins)) == first


def test_a_dead_name_server_and_a_slow_client_free_their_slots(
    proxied: Proxied, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(resolve, "RESOLVE_SECONDS", 0.2)
    monkeypatch.setattr(session, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr("dvm.egress.resolve.socket.getaddrinfo", lambda *_, **__: released.wait(20) and [])
    answer = proxied.ask(b"CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test:443\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 502")
    assert b"no name server answered in time" in answer
    with proxied.open() as client:
        client.sendall(b"CONNECT allowed")
        assert everything(client) == b""
    released.set()
    proxied.rest()


def test_a_slow_reader_slows_down_the_sender(
    proxied: Proxied, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0
    full = 64 << 20

    def pour(connection: socket.socket) -> None:
        nonlocal sent
        connection.settimeout(3)
        connection.recv(65536)
        with contextlib.suppress(OSError):
            while sent < full:
                sent += connection.send(b"x" * 65536)

    monkeypatch.setattr(relay_module, "IDLE_SECONDS", 5)
    with serving(pour) as port:
        proxied.allow(f"allowed.test:{port}")
        client, _ = proxied.tunnel("allowed.test", port)
        client.sendall(hello("allowed.test"))
        time.sleep(1)
        assert sent < 32 << 20, "what nobody reads is not taken"
        with client:
            client.settimeout(10)
            got = 0
            while more := client.recv(1 << 20):
                got += len(more)
        assert got == full


def test_a_credential_is_asked_for_where_it_listens(proxied: Proxied) -> None:
    from dvm.egress.policy import Policy, render
    from dvm.egress.server import Server

    path = proxied.directory / POLICY_FILE
    path.write_bytes(render(Policy("dvm-app", "app", credential="s3cret", port=3128)))
    proxied.server = Server(str(proxied.directory), rule=proxied.server._resolver._rule, listens=True)
    plain = b"CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test:443\r\n"
    assert b" 407 " in proxied.ask(plain + b"\r\n")
    assert b" 407 " in proxied.ask(plain + b"Proxy-Authorization: Basic ZHZtOndyb25n\r\n\r\n")
    answer = proxied.ask(plain + b"Proxy-Authorization: Basic ZHZtOnMzY3JldA==\r\n\r\n")
    assert b" 403 " in answer
    assert b"does not allow" in answer
