"""How far a copy is."""

from __future__ import annotations

import io
import time

import pytest

from dvm.views.copy_progress import ProgressLine, counting, watched

SCREEN = {"TERM": "xterm"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_only_a_terminal_sees_it_and_only_where_it_takes_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = io.StringIO()
    with watched(io.BytesIO(b"x" * 10), "x", 10, SCREEN, quiet) as stream:
        assert stream.read() == b"x" * 10
    terminal = Terminal()
    with watched(io.BytesIO(), "x", 10, SCREEN, terminal) as stream:
        stream.write(b"x")
    assert quiet.getvalue() == terminal.getvalue() == ""
    now = [100.0]
    monkeypatch.setattr("dvm.views.copy_progress.time.monotonic", lambda: now[0])
    with watched(io.BytesIO(), "x", 4 << 20, SCREEN, terminal) as stream:
        stream.write(b"x" * (1 << 20))
        now[0] += 2
        stream.write(b"x" * (1 << 20))
        now[0] += 0.1
        stream.write(b"x")
    assert terminal.getvalue() == "\r\x1b[Kx:  50 %  2.0 of 4.0 MiB  1.0 MiB/s\r\x1b[K"


def test_a_line_fits_and_never_says_that_it_is_done() -> None:
    line = ProgressLine("n" * 200, 1, Terminal())
    line.add(1 << 40)
    assert len(line.text(time.monotonic())) < 79
    assert " 99 %" in line.text(1)
    assert "%" not in ProgressLine("x", None, Terminal()).text(1)


@pytest.mark.parametrize("environment", [{}, {"TERM": ""}, {"TERM": "dumb"}, {**SCREEN, "DVM_IN_AUTOMATION": "1"}])
def test_where_nobody_looks_nothing_is_drawn(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = Terminal(), [0.0]
    monkeypatch.setattr("dvm.views.copy_progress.time.monotonic", lambda: now[0])
    for each in (environment, SCREEN):
        with counting("x", None, each, terminal) as add:
            now[0] += 2
            add(1 << 20)
    assert terminal.getvalue() == "\r\x1b[Kx:  1.0 MiB  0.5 MiB/s\r\x1b[K"
