"""A line on a terminal while nothing else is there to show."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dvm.text import ERASE_LINE
from dvm.views.screen import is_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

SILENT_SECONDS = 1.0
"""What takes no longer needs no word."""


@contextmanager
def at_work(text: str, environment: Mapping[str, str], stream: TextIO | None = None) -> Iterator[Callable[[], None]]:
    """Show `text` on standard error, if a person looks at it, until the block ends or calls what it is given.

    It comes after a second and is erased.
    """
    terminal = stream or sys.stderr
    if not is_screen(terminal, environment):
        yield lambda: None
        return
    lock, shown, ended = threading.Lock(), threading.Event(), threading.Event()

    def show() -> None:
        with lock:
            if not ended.is_set():
                terminal.write(text)
                terminal.flush()
                shown.set()

    def end() -> None:
        timer.cancel()
        with lock:
            ended.set()
            if shown.is_set():
                shown.clear()
                terminal.write(ERASE_LINE)
                terminal.flush()

    timer = threading.Timer(SILENT_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield end
    finally:
        end()
