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

from dvm.errors import DvmError, LockedError
from dvm.state.inflight import running_call
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dvm.state.directory import StateDirectory

LOCK_FILE = "lock"
_PAUSE = 0.1
# A lock is signed a moment after it is taken: the first look may still see the name of an earlier holder.
_TRIES_UNTOLD = 3


@contextlib.contextmanager
def locked(state: StateDirectory, vms: Sequence[str], *, timeout: float, told: Callable[[str], None]) -> Iterator[None]:
    """Hold the locks of all `vms`, taken in order of name so that two applies can't block each other.

    A limactl that outlived the DVM that called it holds its VM too. `told` gets a line for each VM that is waited for:
    which, and for whom.

    Raises:
        LockedError: another process held one of them for more than `timeout` seconds; the message says who.
        DvmError: a lock can't be made.
    """
    deadline = time.monotonic() + timeout
    with contextlib.ExitStack() as stack:
        for vm in sorted(set(vms)):
            descriptor = _open(state.make(state.of_vm(vm)) / LOCK_FILE)
            stack.callback(os.close, descriptor)
            _take(descriptor, vm, deadline, timeout, told)
            _outlast(state, vm, deadline, timeout, told)
            _sign(descriptor)
        yield


def outlived(state: StateDirectory) -> set[str]:
    """Return the VMs that a limactl still works on whose DVM was killed: nobody holds their locks."""
    found = set()
    for place in sorted(state.path.glob(f"*/{LOCK_FILE}")):
        if running_call(state, place.parent.name) is None:
            continue
        descriptor = _open(place)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.add(place.parent.name)
        except BlockingIOError:
            pass  # its DVM lives
        finally:
            os.close(descriptor)
    return found


@contextlib.contextmanager
def base_held(
    state: StateDirectory, name: str, *, shared: bool, give_up: Callable[[], bool], told: Callable[[str], None]
) -> Iterator[bool]:
    """Hold the lock of a built base (`base.NAME-KEY`), however long another apply builds it; False: `give_up` said so.

    `shared`: to clone from it, beside others that do. Who holds it waits for no other lock but that of a base below.

    Raises:
        DvmError: the lock can't be made.
    """
    descriptor = _open(state.make(state.of_vm(name)) / LOCK_FILE)
    waits, said = 0, False
    try:
        while not give_up():
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = _holder(descriptor, begins=False)
            else:
                if shared or (call := running_call(state, name)) is None:
                    break
                # A limactl that outlived its DVM holds the base too; nobody else may begin with it either.
                holder = f"`{visible(call[1])}` (process {call[0]}), which a killed DVM left running"
            waits += 1
            if waits == _TRIES_UNTOLD and not said:
                said = True
                told(f"{name}: Waiting for {holder}...")
            time.sleep(_PAUSE)
        else:
            yield False
            return
        if not shared:
            _sign(descriptor)
        yield True
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone(place: Path, *, give_up: Callable[[], bool], told: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock at `place` against every other process and thread, however long it takes to get.

    `give_up` is asked in between; once it says so the block runs without the lock. `told` is called once, where it
    can't be had at once.
    """
    descriptor = _open(place)
    waited = False
    try:
        while not give_up():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not waited:
                    told()
                waited = True
                time.sleep(_PAUSE)
            else:
                break
        yield
    finally:
        os.close(descriptor)


def _open(place: Path) -> int:
    try:
        return os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise DvmError(
            f"The lock {place} can't be made: {error.strerror}.",
            detail="Without it two applies could work on the same VM. Nothing was changed.",
            remedy="Make the place writable, or name another state directory by DVM_STATE_DIR.",
        ) from error


def _outlast(state: StateDirectory, vm: str, deadline: float, timeout: float, told: Callable[[str], None]) -> None:
    said = False
    while (call := running_call(state, vm)) is not None:
        if time.monotonic() >= deadline:
            pid, command = call
            raise LockedError(
                f"vm.{vm} is being worked on.",
                detail=f"`{visible(command)}` (process {pid}) goes on, though the DVM that called it was killed; "
                f"waited {timeout:.0f} s.",
                remedy="Wait for it to end, or give more time with --lock-timeout.",
            )
        if not said:
            said = True
            told(f"vm.{vm}: Waiting for `{visible(call[1])}` (process {call[0]}), which a killed DVM left running...")
        time.sleep(_PAUSE)


def _take(descriptor: int, vm: str, deadline: float, timeout: float, told: Callable[[str], None]) -> None:
    tries = 0
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
            tries += 1
            if tries == _TRIES_UNTOLD:
                told(f"vm.{vm}: Waiting for {_holder(descriptor, begins=False)}...")
            time.sleep(_PAUSE)
        else:
            return


def _sign(descriptor: int) -> None:
    """Say who holds the lock. A disk that takes no more is no reason to go without one."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "command": " ".join(["dvm", *sys.argv[1:]]), "since": now}
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _holder(descriptor: int, *, begins: bool = True) -> str:
    """Return who holds the lock, as words that begin a sentence, or that go on with one."""
    words = _signature(descriptor)
    return words if begins else words[0].lower() + words[1:]


def _signature(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return visible(f"Process {holder['pid']} (`{holder['command']}`, since {holder['since']})")
    except (ValueError, KeyError, TypeError, RecursionError):
        return "Another process"
