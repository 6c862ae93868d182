"""What comes from a guest's git is passed on within limits, and nothing waits for ever."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from dvm.errors import DvmError
from dvm.git.relay import Limits, RelayEnding, TooLargeError, take
from dvm.git.screen import Screen, Service
from tests.unit.git.test_screen import BEGIN, FLUSH, packet

PACK = BEGIN + packet(b"packfile\n")


def limits(most_bytes: int = 1 << 30, *, seconds: float = 30.0, stall_seconds: float = 0.3) -> Limits:
    return Limits(
        most_bytes=most_bytes,
        most_packets=100,
        seconds=seconds,
        stall_seconds=stall_seconds,
        again=lambda option, value: " ".join(filter(None, ("dvm fetch app", option, value))),
    )


class Pipes:
    """The guest's end, git's end, and what says that git has ended."""

    def __init__(self) -> None:
        self.source, self.guest = os.pipe()
        self.git, self.target = os.pipe()
        self.stop, self.stopping = os.pipe()
        self.open = {self.source, self.guest, self.git, self.target, self.stop, self.stopping}

    def close(self, *descriptors: int) -> None:
        for descriptor in descriptors or tuple(self.open):
            self.open.discard(descriptor)
            os.close(descriptor)

    def take(self, bounds: Limits) -> tuple[RelayEnding, int]:
        screen = Screen(Service.UPLOAD_PACK, "app")
        return take(self.source, self.target, screen, bounds, lambda _count: None, self.stop)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.close()


def test_a_whole_pack(pipes: Pipes) -> None:
    stream = PACK + packet(b"\x01PACK") + FLUSH
    os.write(pipes.guest, stream)
    assert pipes.take(limits()) == (RelayEnding.WHOLE, len(stream))
    assert os.read(pipes.git, 1 << 16) == stream


def test_which_end_was_closed(pipes: Pipes) -> None:
    os.write(pipes.guest, PACK)
    pipes.close(pipes.guest)
    assert pipes.take(limits())[0] is RelayEnding.GUEST


def test_git_has_ended(pipes: Pipes) -> None:
    os.write(pipes.guest, PACK)
    os.write(pipes.stopping, b".")
    assert pipes.take(limits())[0] is RelayEnding.HOST


def test_git_takes_no_more(pipes: Pipes) -> None:
    os.write(pipes.guest, PACK)
    pipes.close(pipes.git)
    assert pipes.take(limits())[0] is RelayEnding.HOST


def test_a_guest_that_sends_nothing(pipes: Pipes) -> None:
    with pytest.raises(DvmError) as raised:
        pipes.take(limits())
    assert raised.value.summary == "The guest sent nothing for 0 s."


def test_a_guest_that_sends_and_reads_nothing(pipes: Pipes) -> None:
    """git waits for the guest to read, and reads nothing itself."""

    def send() -> None:
        data = packet(b"\x01" + bytes(60000))
        try:
            os.write(pipes.guest, PACK)
            for _ in range(200):
                os.write(pipes.guest, data)
        except OSError:
            pass

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(DvmError) as raised:
        pipes.take(limits())
    assert raised.value.summary == "This host's git took nothing of what the guest sends for 0 s."
    assert raised.value.remedy == "Try again: `dvm fetch app`"
    assert time.monotonic() - begun < 10
    pipes.close(pipes.source)
    thread.join(10)


@pytest.mark.parametrize(
    ("most_bytes", "stream", "remedy"),
    [
        (100, PACK + packet(bytes(200)), "dvm fetch app --max-size 1GiB"),
        (1 << 30, PACK + packet(b"\x01PACK\0\0\0\2\0\x40\0\1"), "dvm fetch app --max-size 8GiB"),
        (1 << 30, BEGIN + packet(b"x") * 200, "dvm fetch app main"),
    ],
    ids=["bytes", "objects", "names"],
)
def test_too_much_names_the_command_that_takes_it(pipes: Pipes, most_bytes: int, stream: bytes, remedy: str) -> None:
    os.write(pipes.guest, stream)
    with pytest.raises(TooLargeError) as raised:
        pipes.take(limits(most_bytes))
    assert f"`{remedy}`" in raised.value.remedy


@pytest.mark.parametrize(("seconds", "longer"), [(1, "2h"), (1800, "3h"), (7200, "9h")])
def test_the_time_that_is_advised_is_longer(seconds: float, longer: str) -> None:
    assert f"`dvm fetch app --timeout {longer}`" in limits(seconds=seconds).late().remedy
