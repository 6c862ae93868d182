"""One apply at a time on a VM, by a lock that the kernel drops with its process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dvm.errors import LockedError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.state.directory import StateDirectory

_FILE = "lock"
_PAUSE = 0.1


@contextlib.contextmanager
def locked(state: StateDirectory, vms: Sequence[str], *, timeout: float) -> Iterator[None]:
    """Hold the locks of all `vms`, taken in order of name so that two applies can't block each other.

    Raises:
        LockedError: another process held one of them for more than `timeout` seconds; the message says who.
    """
    deadline = time.monotonic() + timeout
    with contextlib.ExitStack() as stack:
        for vm in sorted(set(vms)):
            descriptor = os.open(
                state.make(state.of_vm(vm)) / _FILE,
                os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW,
                0o600,
            )
            stack.callback(os.close, descriptor)
            _take(descriptor, vm, deadline, timeout)
        yield


def _take(descriptor: int, vm: str, deadline: float, timeout: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockedError(
                    f"vm.{vm} is being worked on.",
                    detail=f"{_holder(descriptor)} holds it; waited {timeout:.0f} s.",
                    remedy="Wait for it to end, or give more time with --lock-timeout.",
                ) from None
            time.sleep(_PAUSE)
        else:
            break
    now = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "command": " ".join(["dvm", *sys.argv[1:]]), "since": now}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return visible(f"Process {holder['pid']} (`{holder['command']}`, since {holder['since']})")
    except (ValueError, KeyError, TypeError):
        return "Another process"
