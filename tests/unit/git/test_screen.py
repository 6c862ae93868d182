"""What comes from a guest's git, with nothing in it that drives a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.git.screen import ProtocolError, Screen, ScreenedLines, Service

FLUSH, DELIMITER = b"0000", b"0001"


def packet(data: bytes) -> bytes:
    return b"%04x" % (len(data) + 4) + data


BEGIN = packet(b"version 2\n") + packet(b"fetch=shallow\n") + FLUSH


def screened(stream: bytes, service: Service = Service.UPLOAD_PACK) -> bytes:
    return Screen(service, "app").feed(stream)


def test_a_pack_passes_as_it_is() -> None:
    pack = b"\x01" + bytes(range(256)) * 200
    stream = BEGIN + packet(b"packfile\n") + packet(pack) * 3 + packet(b"\x02Done\r\n") + FLUSH
    assert screened(stream) == stream


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (b"ERR \x1b[2J", b"ERR ?[2J"),
        (b"\x02a\x1b[31m\r\n", b"\x02a?[31m\r\n"),
        (b"\x03\x9b1m\rx", b"\x03?1m?x"),
        (b"\x01\x1b not in a pack", b"\x01? not in a pack"),
        (b"oid refs/heads/\xc2\x9bx\n", b"oid refs/heads/??x\n"),
        (b"oid refs/heads/\xe2\x80\xaex\n", b"oid refs/heads/???x\n"),
        ("oid refs/heads/grün\n".encode(), "oid refs/heads/grün\n".encode()),
        (b"oid HEAD\0symref=HEAD:refs/heads/main\n", b"oid HEAD\0symref=HEAD:refs/heads/main\n"),
    ],
)
def test_the_rest_is_shown_as_what_it_is(data: bytes, left: bytes) -> None:
    assert screened(BEGIN + packet(data)) == BEGIN + packet(left)
    assert screened(packet(data), Service.RECEIVE_PACK) == packet(left)


def test_a_pack_begins_where_git_takes_it_for_one_and_ends_with_the_list() -> None:
    escape = packet(b"\x01\x1b[2J")
    assert screened(BEGIN + packet(b"packfile\n") + FLUSH + escape).endswith(packet(b"\x01?[2J"))
    assert screened(BEGIN + packet(b"packfile\n") + escape) == BEGIN + packet(b"packfile\n") + escape
    assert screened(BEGIN + packet(b"\x01packfile\n") + escape).endswith(escape)
    assert screened(packet(b"packfile\n") + escape, Service.RECEIVE_PACK).endswith(b"?[2J")


@pytest.mark.parametrize("stream", [b"\x1b[2J" * 9, b"PACK" * 9, b"0x1f" * 9, b"+01f" * 9, b" 0a1" * 9, b"zzzz"])
def test_what_has_no_length_is_refused(stream: bytes) -> None:
    for service in Service:
        with pytest.raises(ProtocolError):
            screened(stream, service)


def test_earlier_versions_are_refused() -> None:
    with pytest.raises(ProtocolError, match="version 2"):
        screened(packet(b"1234 HEAD\0multi_ack\n"))


@given(
    st.lists(st.one_of(st.binary(max_size=40).map(packet), st.sampled_from([FLUSH, DELIMITER, packet(b"packfile\n")]))),
    st.data(),
)
def test_pieces_make_no_difference_and_lengths_stay(packets: list[bytes], data: st.DataObject) -> None:
    stream = BEGIN + b"".join(packets)
    whole = screened(stream)
    assert len(whole) == len(stream)
    screen, parts, at = Screen(Service.UPLOAD_PACK, "app"), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 64))
        parts.append(screen.feed(stream[at : at + size]))
        at += size
    assert b"".join(parts) == whole


def test_lines_are_cut_and_made_visible() -> None:
    lines = ScreenedLines()
    assert lines.feed(b"one\x1b\ntw") == "one\\x1b\n"
    assert lines.feed(b"o\r\n" + b"x" * 10000) == "two\n"
    assert len(lines.end()) == 4097
    assert lines.end() == ""
