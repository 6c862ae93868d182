"""The server name in a ClientHello."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.egress.hello import MAX_BYTES, Hello, HelloError, read_hello
from tests.unit.egress.test_proxy import hello


def record(body: bytes) -> bytes:
    return b"\x16\x03\x01" + struct.pack("!H", len(body)) + body


def made(*extensions: tuple[int, bytes], tail: bytes = b"") -> bytes:
    inner = b"".join(struct.pack("!HH", kind, len(content)) + content for kind, content in extensions)
    body = (
        b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + struct.pack("!H", len(inner)) + inner + tail
    )
    return record(b"\x01" + struct.pack("!I", len(body))[1:] + body)


def names(*entries: tuple[int, bytes]) -> tuple[int, bytes]:
    inner = b"".join(struct.pack("!BH", kind, len(name)) + name for kind, name in entries)
    return (0, struct.pack("!H", len(inner)) + inner)


def test_what_python_says_is_read() -> None:
    assert read_hello(hello("Allowed.test")) == Hello("allowed.test")
    assert read_hello(made((10, b"x"), names((0, b"allowed.test")), (43, b"yy"))) == Hello("allowed.test")


@given(st.integers(1, 40))
def test_in_however_many_records_it_comes(size: int) -> None:
    whole = hello("allowed.test")
    body = whole[5:]
    parts = b"".join(record(body[at : at + size]) for at in range(0, len(body), size))
    assert read_hello(parts) == Hello("allowed.test")
    assert read_hello(parts + b"more") == Hello("allowed.test")


@given(st.integers(0, 200))
def test_a_part_of_it_is_not_enough(count: int) -> None:
    assert read_hello(hello("allowed.test")[:count]) is None


@pytest.mark.parametrize(
    "data",
    [
        made(),
        made(names()),
        made(names((0, b"a.test"), (0, b"b.test"))),
        made(names((0, b"a.test")), names((0, b"a.test"))),
        made(names((1, b"a.test"))),
        made(names((0, b"\xff.test"))),
        made((0, b"")),
        made((0, b"\0\x05\0\0\x09a")),
        made((0, names((0, b"a.test"))[1] + b"x")),
        made(names((0, b"a.test")), tail=b"x"),
        b"GET / HTTP/1.1\r\n",
        b"\x16\x02",
        b"\x15\x03\x01\0\x02\x01\0",
        b"\x16\x03\x01\0\0",
        b"\x16\x03\x01\xff\xff",
        record(b"\x02\0\0\x01\0"),
        record(b"\x01\xff\xff\xff" + bytes(100)),
    ],
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(HelloError):
        read_hello(data)


def test_it_never_grows_without_end() -> None:
    with pytest.raises(HelloError):
        read_hello(record(b"\x01\x01\0\0" + bytes(10_000)) * 10 + bytes(MAX_BYTES))


@given(st.binary(max_size=300))
def test_anything_is_a_hello_or_not(data: bytes) -> None:
    for candidate in (data, record(b"\x01" + data) if data else b"x"):
        try:
            read_hello(candidate)
        except HelloError:
            pass
