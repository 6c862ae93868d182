"""What a setup script prints, in lines that are safe to print."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dvm.text import visible
from dvm.views.script_output import LONGEST, LineCutter


def all_of(*chunks: bytes) -> list[str]:
    lines = LineCutter()
    return [line for chunk in chunks for line in lines.feed(chunk)] + lines.end()


def test_lines_are_cut_at_newlines_wherever_a_piece_ends() -> None:
    assert all_of(b"on", b"e\ntw", b"o\n\nthree") == ["one", "two", "", "three"]
    assert all_of("é".encode()[:1], "é".encode()[1:]) == ["é"]


def test_nothing_drives_the_terminal_and_no_secret_is_shown() -> None:
    assert all_of(b"\x1b[2J\x07\ta\n") == ["\\x1b[2J\\x07    a"]
    token = b"ghp_" + b"kX9vTq2mWzL4" * 3
    assert all_of(b"token " + token[:10], token[10:] + b"\n") == ["token [secret]"]


def test_a_bar_that_is_drawn_over_itself_shows_its_end() -> None:
    assert all_of(b"10%\r50%\r100%\r\n") == ["100%"]


def test_a_line_without_end_is_cut_and_held_no_longer() -> None:
    lines = LineCutter()
    found = lines.feed(b"x" * (LONGEST * 3 + 1))
    assert [len(line) for line in found] == [LONGEST] * 3
    assert lines.end() == ["x"]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_every_line_is_printable(chunks: list[bytes]) -> None:
    for line in all_of(*chunks):
        assert line == visible(line)
        assert "\n" not in line
