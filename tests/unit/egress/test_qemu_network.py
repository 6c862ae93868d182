"""QEMU's user network as the wrapper shuts it, on a real QEMU without a guest: packets go in as root of one would send them."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from dvm.egress.netdev import shut
from dvm.egress.policy import Policy
from tests.unit.egress.test_network import NETDEV

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QEMU = shutil.which("qemu-system-x86_64")
GUEST, ROUTER = bytes.fromhex("525400123456"), bytes.fromhex("525600000002")
LOOPBACK = socket.inet_pton(socket.AF_INET6, "fec0::2")
"""The host's ::1, as a guest of QEMU sees it."""
# The network library finds 192.168.5.100, where the proxy is, in its fifth to eighth byte.
CRAFTED = socket.inet_pton(socket.AF_INET6, "fec0:0:c0a8:564::15")
PROXY_PORT = 3128
TCP, ICMP6 = 6, 58
SYN, RST, ACK = 2, 4, 16


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


pytestmark = pytest.mark.skipif(QEMU is None or not has_ipv6(), reason="needs QEMU and IPv6")


def summed(source: bytes, target: bytes, protocol: int, content: bytes, place: int) -> bytes:
    """Return a packet of IPv6, with the checksum at `place` of its content."""
    whole = source + target + struct.pack("!II", len(content), protocol) + content + b"\0" * (len(content) % 2)
    total = sum(struct.unpack(f"!{len(whole) // 2}H", whole))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    content = content[:place] + struct.pack("!H", ~total & 0xFFFF) + content[place + 2 :]
    return struct.pack("!IHBB", 6 << 28, len(content), protocol, 255) + source + target + content


class Guest:
    """The other end of QEMU's network."""

    def __init__(self, wire: socket.socket, to: int) -> None:
        self._wire, self._to = wire, to
        wire.settimeout(0.2)

    def wait(self) -> None:
        """Wait until the network answers a question of IPv4's for its router."""
        question = struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) + GUEST + bytes((192, 168, 5, 15)) + bytes(6)
        for _ in range(50):
            self._wire.sendto(
                b"\xff" * 6 + GUEST + b"\x08\x06" + question + bytes((192, 168, 5, 2)), ("127.0.0.1", self._to)
            )
            with suppress(OSError):
                if self._wire.recv(2048)[12:14] == b"\x08\x06":
                    return
        raise AssertionError("QEMU did not start")

    def _send(self, to: bytes, packet: bytes) -> None:
        self._wire.sendto(to + GUEST + b"\x86\xdd" + packet, ("127.0.0.1", self._to))

    def connect(self, source: bytes) -> str:
        """Return what is answered to a connection from an address of the guest's choice to the host's ::1."""
        head = struct.pack("!HHIIBBHHH", 40000, PROXY_PORT, 1000, 0, 5 << 4, SYN, 65000, 0, 0)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            self._send(ROUTER, summed(source, LOOPBACK, TCP, head, 16))
            answer = self._answer(source)
            if answer:
                return answer
        return "nothing"

    def _answer(self, source: bytes) -> str:
        try:
            while True:
                frame = self._wire.recv(2048)
                packet = frame[14:]
                if frame[12:14] != b"\x86\xdd":
                    continue
                if packet[6] == ICMP6 and packet[40] == 135:  # it asks who has the address
                    target, asking = packet[48:64], packet[8:24]
                    told = struct.pack("!BBHI", 136, 0, 0, 0x60000000) + target + b"\x02\x01" + GUEST
                    self._send(frame[6:12], summed(target, asking, ICMP6, told, 2))
                elif packet[6] == TCP and packet[24:40] == source:
                    return "refused" if packet[53] & RST else "connected" if packet[53] & SYN else "else"
        except OSError:
            return ""


@contextmanager
def guest(network: str) -> Iterator[Guest]:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as its,
    ):
        wire.bind(("127.0.0.1", 0))
        its.bind(("127.0.0.1", 0))
        here, there = wire.getsockname()[1], its.getsockname()[1]
        its.close()
        words = ["-M", "none", "-nodefaults", "-display", "none", "-netdev", network]
        words += ["-netdev", f"socket,id=wire,udp=127.0.0.1:{here},localaddr=127.0.0.1:{there}"]
        words += ["-netdev", "hubport,id=hub0,hubid=0,netdev=net0", "-netdev", "hubport,id=hub1,hubid=0,netdev=wire"]
        assert QEMU is not None
        process = subprocess.Popen([QEMU, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            there_is = Guest(wire, there)
            there_is.wait()
            yield there_is
        finally:
            process.kill()
            process.wait()


def shut_network(directory: Path) -> str:
    # Any port will do for ssh: nobody asks for it.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        network = NETDEV.replace("60022", str(free.getsockname()[1]))
    return shut(["-netdev", network], str(directory), Policy("dvm-app", "app"))[1]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6) as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            there.bind(("::1", PROXY_PORT))
        except OSError:
            pytest.skip("the port is in use")
        there.listen()
        there.settimeout(1)
        yield there


def test_restrict_alone_lets_a_crafted_address_through(tmp_path: Path, listener: socket.socket) -> None:
    """Where this fails, QEMU's library has been corrected: the other tests show what DVM does."""
    with guest(shut_network(tmp_path).replace(",ipv6=off", "")) as root:
        assert root.connect(CRAFTED) == "connected"
        listener.accept()[0].close()


def test_nothing_gets_out_by_ipv6(tmp_path: Path, listener: socket.socket) -> None:
    with guest(shut_network(tmp_path)) as root:
        assert root.connect(CRAFTED) == "nothing"
    with pytest.raises(TimeoutError):
        listener.accept()
