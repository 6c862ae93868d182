"""Has the host's git fetch from a guest's, over descriptors: no program is looked for, no address is opened."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from dvm.errors import DvmError, RefusedError
from dvm.git.incoming import ARRIVED, shallow
from dvm.git.memory import bound
from dvm.git.names import HEADS, RefNames
from dvm.git.relay import RelayEnding, take
from dvm.git.screen import Screen, ScreenedLines, Service
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from contextlib import AbstractContextManager

    from dvm.git.address import Address
    from dvm.git.incoming import Incoming
    from dvm.git.relay import Limits
    from dvm.lima.process import Piped, Runner

    Session = Callable[[int, Callable[[bytes], None]], AbstractContextManager[Piped]]

_MOST_SAID = 8
_MOST_BYTES_SAID = 16 << 10
_CONNECTION_LOST = 255
"""ssh's own exit status."""
# As git says it itself; what comes from the guest has "remote: " before it. It tells refusals apart, and makes none.
_UNSOUND = "fatal: fsck error in pack"
_KILLED = ("error: index-pack died of signal ", "fatal: Out of memory")
_NOTHING_KEPT = "Nothing of it was kept."


class Reception:
    """One fetch into an `Incoming`.

    Args:
        runner: starts git there; it is of no use after a failure.
        address: the repository in the guest.
        told: is given each number of bytes that came.
    """

    def __init__(
        self, runner: Runner, incoming: Incoming, address: Address, limits: Limits, told: Callable[[int], None]
    ) -> None:
        self._runner = runner
        self._incoming = incoming
        self._address = address
        self._limits = limits
        self._told = told
        self._names = RefNames()
        self._screen = Screen(Service.UPLOAD_PACK, address.vm, self._names)
        self._ending = RelayEnding.HOST
        self._error: BaseException | None = None
        self.bytes = 0

    @property
    def left_out(self) -> dict[str, str]:
        """Why branches of the guest were kept from git, by name."""
        return self._names.left_out

    def fetch(self, session: Session, branches: Sequence[str]) -> None:
        """Fetch `branches`, or all there are.

        `session` begins git-upload-pack in the guest: from a descriptor for its input, and a sink for what it says.

        Raises:
            RefusedError: git does not take what came. TooLargeError: too much came.
            DvmError: it failed, or took too long.
        """
        requests, of_git = os.pipe()
        to_git, answers = os.pipe()
        stop, stopping = os.pipe()
        lines, said = ScreenedLines(), list[str]()

        def errors(chunk: bytes) -> None:
            if sum(map(len, said)) < _MOST_BYTES_SAID:
                said.extend(lines.feed(chunk).split("\n"))

        try:
            with session(requests, errors) as piped:
                os.close(requests)
                requests = -1
                pump = threading.Thread(
                    target=self._pump, args=(piped.file.fileno(), answers, stop), name="git", daemon=True
                )
                pump.start()
                answers = -1

                def started(pid: int) -> None:
                    nonlocal to_git, of_git
                    bound(pid, self._limits)
                    os.close(to_git)
                    os.close(of_git)
                    to_git = of_git = -1

                try:
                    completed = self._runner.stream(
                        ("git", *self._arguments(to_git, of_git, branches)),
                        timeout=self._limits.left,
                        sink=lambda _chunk: None,
                        shared=(to_git, of_git),
                        started=started,
                    )
                finally:
                    os.write(stopping, b".")
                    pump.join()
        finally:
            for descriptor in (requests, of_git, to_git, answers, stop, stopping):
                if descriptor >= 0:
                    os.close(descriptor)
        if self._error is not None:
            raise self._error
        if completed.timed_out:
            raise self._limits.late()
        if completed.status != 0:
            self._incoming.demand_room()
            lost = piped.completed is not None and piped.completed.status == _CONNECTION_LOST
            raise self._failure(
                [*said, *lines.end().split("\n")],
                completed.tail,
                branches,
                lost=lost,
                killed=completed.status < 0,
            )
        self._incoming.demand_uncut(self._address)

    def demand_whole(self, arrived: Container[str], branches: Sequence[str]) -> None:
        """Return where all that is wanted of what the guest offers has arrived.

        Raises:
            RefusedError: git left something out, of which the guest has a part only.
        """
        wanted = [name for name in self._names.all if not branches or name in branches]
        if self._screen.shallow and any(name not in arrived for name in wanted):
            raise shallow(self._address)

    def _arguments(self, to_git: int, of_git: int, branches: Sequence[str]) -> list[str]:
        patterns = [f"+{HEADS}{name}:{ARRIVED}{name}" for name in branches or ["*"]]
        return [
            f"--git-dir={self._incoming.place}",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-auto-gc",
            f"fd::{to_git},{of_git}/guest",
            *patterns,
        ]

    def _pump(self, source: int, target: int, stop: int) -> None:
        try:
            self._ending, self.bytes = take(source, target, self._screen, self._limits, self._told, stop)
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits
            self._error = error
            # git may wait for a guest that reads nothing.
            self._runner.cancellation.cancel()
        finally:
            # git then sees the end.
            with contextlib.suppress(OSError):
                os.close(target)

    def _failure(
        self, guest: Sequence[str], host: Sequence[str], branches: Sequence[str], *, lost: bool, killed: bool
    ) -> DvmError:
        """Return what went wrong. What the guest said is shown, and decides nothing: which end closed does."""
        there = self._address
        lines = [visible(line) for line in (*guest, *host) if line.strip()]
        detail = "\n".join(lines[-_MOST_SAID:])
        again = f"`{self._limits.again('', '')}`"
        if self._ending is RelayEnding.GUEST and lost:
            return DvmError(
                f"The connection to vm.{there.vm} was cut off before all of it had come.",
                detail=f"{detail}\n{_NOTHING_KEPT}",
                remedy=f"See whether the VM runs, and try again: {again}",
            )
        if self._screen.begun and self._ending is RelayEnding.GUEST:
            return DvmError(
                f"The guest's git ended before all of {there.url} had come.",
                detail=f"{detail}\n{_NOTHING_KEPT}",
                remedy=f"Look in the VM, with its own git: `{there.inside('fsck', '--strict')}`",
            )
        if killed or any(line.startswith(_KILLED) for line in host):
            return DvmError(
                f"git was killed or ran out of its memory limit while it took {there.url}.",
                detail=f"{detail}\n{_NOTHING_KEPT}",
                remedy=f"See that this host has memory left, and try again: {again}",
            )
        return self._refused(host, branches, detail)

    def _refused(self, host: Sequence[str], branches: Sequence[str], detail: str) -> DvmError:
        """Return why this host's git ended by itself."""
        there = self._address
        unsound = self._screen.begun and any(line.startswith(_UNSOUND) for line in host)
        if self._screen.shallow and not unsound:
            return shallow(there)
        if self._screen.begun:
            return RefusedError(
                f"git does not take what {there.url} sends: its check of every object failed.",
                detail=f"{detail}\n{_NOTHING_KEPT}",
                remedy=f"Look in the VM, with its own git: `{there.inside('fsck', '--strict')}`. If you trust the "
                f"repository, and it is old, this takes what the check does not: `git fetch {there.branches}`",
            )
        # As git says it of a branch that the guest does not offer, which is the guest's to decide.
        missing = next((name for name in branches if f"fatal: couldn't find remote ref {HEADS}{name}" in host), None)
        if missing is not None:
            return DvmError(
                f"{there.url} has no branch {missing}.",
                remedy=f"See which it has: `git ls-remote --heads {there.typed}`",
            )
        return DvmError(
            f"Nothing was fetched from {there.url}.",
            detail=detail,
            remedy=f"See which repositories are in its code directory: `dvm status {there.vm} --work`",
        )
