"""What every step of an apply shares."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.execute.interrupt import Interrupt
    from dvm.lima.client import Lima
    from dvm.model.lima_config import LimaConfig
    from dvm.state.directory import StateDirectory
    from dvm.state.journal import Journal


@dataclass(slots=True)
class ImageCache:
    """Keeps two creates from filling Lima's image cache with the same image at once (Lima issue 1354).

    The first create of a template goes alone; once it ended well the image is there, and others go side by side.
    """

    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _filled: set[str] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def known(self, template: str) -> None:
        """Take note that the image of `template` is there."""
        self._filled.add(template)

    def run(self, template: str, create: Callable[[], None]) -> None:
        """Run `create`, alone if it may be the first of its template."""
        with self._guard:
            lock = self._locks.setdefault(template, threading.Lock())
        if template in self._filled:
            create()
            return
        with lock:
            if template not in self._filled:
                create()
                self.known(template)
                return
        create()


@dataclass(frozen=True, slots=True)
class Context:
    """The tools of an apply. `read_lima_config` reads Lima's host-wide files afresh."""

    lima: Lima
    state: StateDirectory
    lima_home: Path
    journal: Journal
    read_lima_config: Callable[[], LimaConfig]
    interrupt: Interrupt
    images: ImageCache = field(default_factory=ImageCache)
