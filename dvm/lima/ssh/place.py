"""Where DVM keeps what belongs to its connections: host keys, locks, sockets, and which sessions go on.

All of it is DVM's own, and on this host wherever Lima is; so are the processes that have a session.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dvm.errors import DvmError, LockedError, RefusedError
from dvm.files import make_private
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# sun_path of macOS, its end included. ssh first binds a name of its own, with a dot and 16 characters more.
_MAX_SOCKET_BYTES: Final = 104 - 1 - 17
_INSTANCE_DIGITS = 6
_KIND_LETTERS: Final = "-" * 6
_LOCK_PAUSE_SECONDS = 0.05
_OTHERS = 0o077


class Place:
    """The files of the connections to one boot of one instance.

    Args:
        directory: DVM's own, for its owner alone; it is made when it is needed.
        instance: the instance's directory; boot: see `boot_token`.
        environment: the host's; it names a place for sockets where the path of `directory` is too long for one.
    """

    def __init__(self, directory: Path, instance: Path, boot: str, environment: Mapping[str, str]) -> None:
        self._directory = directory
        self._prefix = _prefix(instance)
        self._name = f"{self._prefix}-{boot}"
        self._environment = environment

    @property
    def pin(self) -> Path:
        """The file of known hosts, which has this boot's host key and no other."""
        return self._directory / f"{self._name}.known"

    @property
    def learned(self) -> Path:
        """Where a host key is learned, before it is the pin."""
        return self._directory / f"{self._name}.new"

    def socket(self, number: int, kind: str = "") -> Path:
        """Return where the shared connection of this number listens; a few letters of `kind` tell several apart."""
        return self._sockets() / f"{self._name}-{kind}{number}"

    @property
    def root_refused(self) -> Path:
        """A file that is there since the guest let no root in."""
        return self._directory / f"{self._name}.no"

    def prepare(self) -> None:
        """Make the directories, or look at those that are there.

        Raises:
            DvmError: one can't be made. RefusedError: one is somebody else's, or others can get into it.
        """
        for directory in dict.fromkeys((self._directory, self._sockets())):
            try:
                make_private(directory)
                facts = directory.lstat()
            except OSError as error:
                raise DvmError(
                    f"The directory for ssh connections can't be made: {error.strerror}.",
                    detail=f"It is {visible(str(directory))}.",
                    remedy="Make its place writable, or name another state directory by DVM_STATE_DIR.",
                ) from error
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & _OTHERS:
                raise RefusedError(
                    f"{visible(str(directory))} is not DVM's alone.",
                    detail="Host keys and connections to VMs are in it: it has to be a directory of yours that nobody "
                    "else can read or write.",
                    remedy="Check what is in it, then remove it or move it away.",
                )

    @contextlib.contextmanager
    def locked(self, timeout: float) -> Iterator[None]:
        """Hold the lock of this instance's connections.

        Raises:
            LockedError: another process held it for more than `timeout` seconds.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._directory / f"{self._prefix}.lock", flags, 0o600)
        deadline = time.monotonic() + timeout
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise LockedError(
                            "Another dvm is connecting to this VM.",
                            detail=f"Waited {timeout:.0f} s for it.",
                            remedy="Run the same command again.",
                        ) from None
                    time.sleep(_LOCK_PAUSE_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def forget_earlier_boots(self) -> None:
        """Remove what earlier boots of this instance left; their connections ended with them."""
        for directory in dict.fromkeys((self._directory, self._sockets())):
            for entry in directory.glob(f"{self._prefix}-*"):
                if not entry.name.startswith(self._name):
                    with contextlib.suppress(OSError):
                        entry.unlink()

    def _sockets(self) -> Path:
        """Return the directory for sockets: the short way where the state directory's path is too long for one."""
        longest = len(os.fsencode(self._directory / f"{self._name}-{_KIND_LETTERS}99"))
        if longest <= _MAX_SOCKET_BYTES:
            return self._directory
        home = hashlib.sha256(str(self._directory).encode()).hexdigest()[:_INSTANCE_DIGITS]
        runtime = self._environment.get("XDG_RUNTIME_DIR", "")
        if (
            runtime.startswith("/")
            and len(runtime) + len(f"/dvm-{home}/{self._name}-{_KIND_LETTERS}99") <= _MAX_SOCKET_BYTES
        ):
            return Path(runtime) / f"dvm-{home}"
        # Anybody can put a directory of this name there first: then it is not ours, and is refused.
        return Path("/tmp") / f"dvm-{os.geteuid()}-{home}"  # noqa: S108


def forget_instance(directory: Path, instance: Path) -> None:
    """Remove what the connections to an instance that is gone left in `directory`: their host keys and their lock."""
    prefix = _prefix(instance)
    for entry in (directory / f"{prefix}.lock", *directory.glob(f"{prefix}-*")):
        with contextlib.suppress(OSError):
            entry.unlink()


def _prefix(instance: Path) -> str:
    return hashlib.sha256(str(instance).encode()).hexdigest()[:_INSTANCE_DIGITS]


class Sessions:
    """Which processes hold a session of a shared connection: a file each, named after the connection and the process.

    sshd lets ten sessions through one connection, and a session outlives the DVM that became its ssh. So sessions are
    counted by the processes that live; one whose number was given out again counts, which does no harm.
    """

    MOST: Final = 8

    def __init__(self, place: Place, kind: str = "") -> None:
        self._place = place
        self._kind = kind

    def take(self) -> int:
        """Register this process with the first shared connection that has room, and return that one's number.

        Raises:
            OSError: it can't be written down.
        """
        number = 0
        while True:
            mine = self._entry(number)
            os.close(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
            # Registered before it counts: of several at once, those that stay have all been seen by the last of them.
            if self._living(number) <= self.MOST:
                return number
            mine.unlink(missing_ok=True)
            number += 1

    def leave(self, number: int) -> None:
        """Forget this process."""
        self._entry(number).unlink(missing_ok=True)

    def _entry(self, number: int) -> Path:
        socket = self._place.socket(number, self._kind)
        return socket.with_name(f"{socket.name}.{os.getpid()}")

    def _living(self, number: int) -> int:
        socket = self._place.socket(number, self._kind)
        count = 0
        for entry in socket.parent.glob(f"{socket.name}.*"):
            process = entry.name.rpartition(".")[2]
            if process.isdigit() and _lives(int(process)):
                count += 1
            else:
                with contextlib.suppress(OSError):
                    entry.unlink()
        return count


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
