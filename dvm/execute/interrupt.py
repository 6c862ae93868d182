"""Ctrl-C: the first lets running steps finish and begins no other, the second ends them now."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupt:
    """Whether the user asked to stop. `on_first` and `on_second` are called from the signal handler."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._ended = False
        self.on_first: Callable[[], None] | None = None
        self.on_second: Callable[[], None] | None = None

    @property
    def asked(self) -> bool:
        """Whether no further step is to begin."""
        return self._asked.is_set()

    @property
    def ended(self) -> bool:
        """Whether what ran was ended: the user asked twice."""
        return self._ended

    def is_asked(self) -> bool:
        """Return `asked`, for who wants to be handed a function."""
        return self.asked

    def ask(self) -> None:
        """Ask to stop; asked again, end what runs."""
        self._ended = self._asked.is_set()
        callback = self.on_second if self._ended else self.on_first
        self._asked.set()
        if callback is not None:
            callback()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGINT, SIGTERM and SIGHUP while the block runs; outside the main thread this does nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(_number: int, _frame: FrameType | None) -> None:
            self.ask()

        # What is ignored stays so: `nohup dvm apply -y` lives on when its terminal goes.
        heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, handle) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
