"""What the proxy of a VM costs, on this host alone. A part of `make bench`; alone: `python -m tests.bench.proxy`.

A connection is begun as QEMU begins it: a process for each, with a socket as its standard streams. The guest's own part, and
QEMU's network, are not in it.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from dvm.egress.names import parse_rule
from dvm.egress.netdev import launch
from dvm.egress.place import MOST_CONNECTIONS, POLICY_FILE
from dvm.egress.policy import Policy, render
from dvm.egress.server import Server
from tests.bench.timing import Spread
from tests.bench.world import trusted_place

_RUNS = 50
_DOWNLOADS = 5
_BYTES = 256 << 20
_PIECE = b"x" * (1 << 16)
_REQUEST = b"CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n"


class _Loopback:
    """The rule of this measurement: the server is here."""

    def allows(self, address: str) -> bool:
        return address == "127.0.0.1"

    def allows_from(self, address: str, own: str) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class ProxyCost:
    """Seconds that a connection takes longer, bytes at 64 connections, and one download's rate as a part of a direct one's."""

    latency: Spread
    memory: int
    throughput: Spread


def measure_proxy(place: Path) -> ProxyCost:
    """Measure; `place` is an empty directory that nobody else may write to."""
    directory = place / "dvm-app"
    directory.mkdir(mode=0o700)
    _write_policy(directory, "allowed.test")
    return ProxyCost(_latency(directory), _memory(directory), _throughput(directory))


def main() -> None:
    """Measure, and print a line for each row of the product's table."""
    place = trusted_place()
    try:
        cost = measure_proxy(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    lines = [
        f"added latency a connection: {cost.latency.median * 1000:.1f} ms in the median of {_RUNS} (must 60, aim 20)",
        f"memory at {MOST_CONNECTIONS} connections: {cost.memory >> 20} MiB (must 300, aim 100)",
        f"throughput of one download, of a direct one: {cost.throughput.median:.2f} (must 0.5, aim 0.9)",
    ]
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _write_policy(directory: Path, *names: str) -> None:
    path = directory / POLICY_FILE
    path.touch(0o600)
    path.write_bytes(render(Policy("dvm-app", "app", tuple(map(parse_rule, names)))))


def _open(directory: Path) -> socket.socket:
    """Begin a connection of a guest's, as QEMU does."""
    ours, theirs = socket.socketpair()
    ours.settimeout(30)
    words = launch("connector.py", str(directory), "proxy")
    streams = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), number) for number in range(3)]
    with theirs:
        os.posix_spawn(words[0], words, {}, file_actions=streams, setsid=True)
    return ours


def _latency(directory: Path) -> Spread:
    def once() -> float:
        begun = time.monotonic()
        with _open(directory) as client:
            client.sendall(_REQUEST)
            assert b" 403 " in client.recv(4096)
        return time.monotonic() - begun

    once()
    return Spread.of([once() for _ in range(_RUNS)])


def _memory(directory: Path) -> int:
    """Return what the proxy and its connectors have together with all connections open, in bytes."""
    clients = [_open(directory) for _ in range(MOST_CONNECTIONS)]
    for client in clients:
        client.sendall(_REQUEST[:20])
    time.sleep(2)
    found = sum(_pss(Path(entry)) for entry in Path("/proc").iterdir() if _is_ours(entry, directory))
    for client in clients:
        client.close()
    return found


def _is_ours(process: Path, directory: Path) -> bool:
    try:
        return os.fsencode(directory) in (process / "cmdline").read_bytes()
    except OSError:
        return False


def _pss(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def _throughput(directory: Path) -> Spread:
    """Return the rate of a plain download through the proxy as a part of a direct one's, in turns."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        threading.Thread(target=_serve, args=(listener,), daemon=True).start()
        _write_policy(directory, f"allowed.test:{port}")
        server = Server(str(directory), rule=_Loopback())
        address = (int(socket.AF_INET), ("127.0.0.1", port))
        server._resolver._resolve = lambda name, port: [address]  # type: ignore[method-assign]
        head = f"GET http://allowed.test:{port}/ HTTP/1.1\r\nHost: allowed.test:{port}\r\n\r\n".encode()
        ratios = []
        for _ in range(_DOWNLOADS):
            rates = []
            for through in (False, True):
                if through:
                    client, theirs = socket.socketpair()
                    server.serve(theirs)
                else:
                    client = socket.create_connection(("127.0.0.1", port))
                with client:
                    client.sendall(head)
                    rates.append(_drained(client))
            ratios.append(rates[1] / rates[0])
    return Spread.of(ratios)


def _serve(listener: socket.socket) -> None:
    for _ in range(2 * _DOWNLOADS):
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % _BYTES)
            for _ in range(_BYTES // len(_PIECE)):
                connection.sendall(_PIECE)


def _drained(client: socket.socket) -> float:
    begun, buffer, count = time.monotonic(), bytearray(1 << 18), 0
    while got := client.recv_into(buffer):
        count += got
    assert count > _BYTES
    return count / (time.monotonic() - begun)


if __name__ == "__main__":
    main()
