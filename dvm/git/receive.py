"""Has the host's git fetch from a guest's, over descriptors: no program is looked for, no address is opened."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from dvm.errors import DvmError, RefusedError
from dvm.git.incoming import ARRIVED
from dvm.git.names import HEADS
from dvm.git.relay import take
from dvm.git.screen import Lines, Screen, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from dvm.git.incoming import Incoming
    from dvm.git.relay import Limits
    from dvm.lima.process import Piped, Runner

    Session = Callable[[int, Callable[[bytes], None]], AbstractContextManager[Piped]]

_MOST_SAID = 8
_MOST_BYTES_SAID = 16 << 10


class Reception:
    """One fetch into an `Incoming`.

    Args:
        session: begins git-upload-pack in the guest: from a descriptor for its input, and a sink for what it says.
        told: is given the number of bytes so far, as they come.
    """

    def __init__(self, runner: Runner, incoming: Incoming, limits: Limits, told: Callable[[int], None]) -> None:
        self._runner = runner
        self._incoming = incoming
        self._limits = limits
        self._told = told
        self._error: BaseException | None = None
        self.bytes = 0

    def fetch(self, session: Session, branches: Sequence[str], address: str) -> None:
        """Fetch `branches`, or all there are.

        Raises:
            RefusedError: git found that an object is not sound. TooLargeError: too much came.
            DvmError: it failed, or took too long.
        """
        requests, of_git = os.pipe()
        to_git, answers = os.pipe()
        stop, stopping = os.pipe()
        lines, said = Lines(), list[str]()

        def errors(chunk: bytes) -> None:
            if sum(map(len, said)) < _MOST_BYTES_SAID:
                said.extend(lines.feed(chunk).splitlines())

        try:
            with session(requests, errors) as piped:
                os.close(requests)
                requests = -1
                pump = threading.Thread(
                    target=self._pump, args=(piped.file.fileno(), answers, stop), name="git", daemon=True
                )
                pump.start()
                answers = -1

                def started(_pid: int) -> None:
                    nonlocal to_git, of_git
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
            from dvm.text import visible

            raise _failure(address, [*said, *lines.end().splitlines()], [visible(line) for line in completed.tail])

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
            self.bytes = take(source, target, Screen(Service.UPLOAD_PACK), self._limits, self._told, stop)
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits
            self._error = error
        finally:
            # git then sees the end.
            with contextlib.suppress(OSError):
                os.close(target)


def _failure(address: str, guest: list[str], host: list[str]) -> DvmError:
    lines = [line for line in (*guest, *host) if line.strip()]
    missing = next((line for line in lines if "couldn't find remote ref" in line), None)
    if missing is not None:
        name = missing.rpartition("couldn't find remote ref ")[2].removeprefix(HEADS)
        return DvmError(f"{address} has no branch {name}.", remedy=f"git ls-remote --heads {address}")
    detail = "\n".join(lines[-_MOST_SAID:])
    if any("fsck" in line or "index-pack" in line for line in host):
        return RefusedError(
            f"git does not take what {address} sends: its check of every object failed.",
            detail=f"{detail}\nNothing of it was kept.",
            remedy="Look in the VM, with its own git: git fsck --strict. If you trust the repository, and it is old, "
            "`git fetch` takes what this check does not.",
        )
    return DvmError(
        f"Nothing was fetched from {address}.",
        detail=detail,
        remedy="See in the VM whether it is a git repository, and whether `git fsck` finds it whole.",
    )
