"""What every step of an apply shares."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.timeouts import Timeouts
from dvm.state.locks import alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.execute.interrupt import Interrupt
    from dvm.lima.client import Lima
    from dvm.lima.home import Home
    from dvm.model.lima_config import LimaConfig
    from dvm.state.directory import StateDirectory
    from dvm.state.journal import Journal


class ImageCache(Struct):
    """Keeps two creates from filling Lima's image cache with the same image at once (Lima issue 1354).

    The first create of a template goes alone, in this process and, by a lock in `state`, on this host; once it
    ended well the image is there, and others go side by side.
    """

    state: StateDirectory
    _filled: set[str] = field(default_factory=set)

    def known(self, template: str) -> None:
        """Take note that the image of `template` is there."""
        self._filled.add(template)

    def run(
        self,
        template: str,
        create: Callable[[], None],
        *,
        give_up: Callable[[], bool],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """Run `create`, alone if it may be the first of its template; `give_up` ends the wait for others.

        `told` is called once, where it has to wait.

        Raises:
            StepFailure: of `create`.
        """
        if template not in self._filled:
            # A lock file a template, in a directory that no VM's name can be.
            name = hashlib.sha256(template.encode()).hexdigest()[:16]
            place = self.state.make(self.state.path / ".images") / f"{name}.lock"
            with alone(place, give_up=lambda: give_up() or template in self._filled, told=told):
                if template not in self._filled:
                    create()
                    self.known(template)
                    return
        create()


class Context(Struct, frozen=True):
    """The tools of an apply. `read_lima_config` reads Lima's host-wide files afresh."""

    lima: Lima
    state: StateDirectory
    journal: Journal
    read_lima_config: Callable[[], LimaConfig]
    interrupt: Interrupt
    images: ImageCache
    timeouts: Timeouts = field(default_factory=Timeouts)
    limactl_version: str = ""
    note: Callable[[str], None] = lambda _text: None
    """Shows the user something that is about no step."""

    @property
    def home(self) -> Home:
        """The files below LIMA_HOME."""
        return self.lima.machine.home

    @property
    def lima_home(self) -> Path:
        """LIMA_HOME."""
        return self.home.path
