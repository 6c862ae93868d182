"""The line on a terminal while DVM waits."""

from __future__ import annotations

import io
import time

import pytest

from dvm.views import at_work as module
from dvm.views.at_work import at_work


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.01)


def wait_for(terminal: Terminal, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in terminal.getvalue():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_it_comes_after_a_while_and_is_erased_once() -> None:
    terminal = Terminal()
    with at_work("Connecting...", {"TERM": "xterm"}, terminal) as end:
        wait_for(terminal, "Connecting...")
        end()
        assert terminal.getvalue() == "Connecting...\r\x1b[K"
        end()
    assert terminal.getvalue() == "Connecting...\r\x1b[K"


def test_it_is_erased_where_the_block_fails() -> None:
    terminal = Terminal()

    def fail() -> None:
        with at_work("Connecting...", {"TERM": "xterm"}, terminal):
            wait_for(terminal, "Connecting...")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_what_is_soon_done_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.2)
    terminal = Terminal()
    with at_work("Connecting...", {"TERM": "xterm"}, terminal):
        pass
    time.sleep(0.3)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("environment", [{"DVM_IN_AUTOMATION": "1"}, {"TERM": "dumb"}])
def test_nor_does_it_where_nobody_looks(environment: dict[str, str]) -> None:
    terminal, pipe = Terminal(), io.StringIO()
    with at_work("Connecting...", environment, terminal), at_work("Connecting...", {"TERM": "xterm"}, pipe):
        time.sleep(0.1)
    assert (terminal.getvalue(), pipe.getvalue()) == ("", "")
