"""Where a guest's objects arrive: a repository of their own, out of which they are taken when all is well.

It is made for one fetch, in the user's git directory, and has no configuration but what is here: not the user's, not
the system's. The user's objects are lent to it, so that only what is new has to come. Nothing that a guest sends is
anywhere else until git has checked every object, and only packs leave it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shlex
import shutil
from typing import TYPE_CHECKING, Final

from dvm.errors import DvmError, LockedError, RefusedError, shortage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.git.address import Address
    from dvm.git.program import HostRepository

ARRIVED: Final = "refs/arrived/"
_PREFIX: Final = "dvm-fetch."
_PACK: Final = re.compile(r"pack-[0-9a-f]{40,64}\.(pack|rev|idx)")
# The index last: with it, a pack is there.
_ORDER: Final = ("pack", "rev", "idx")
_CONFIG: Final = """\
[core]
\trepositoryFormatVersion = {version}
\tbare = true
\tlogAllRefUpdates = false
\thooksPath = /dev/null
\tfsmonitor = false
\tpackedGitWindowSize = 32m
\tpackedGitLimit = 256m
\tdeltaBaseCacheLimit = 32m
\tbigFileThreshold = 32m
\talternateRefsPrefixes = refs/
[fetch]
\tfsckObjects = true
\trecurseSubmodules = no
\tunpackLimit = 1
\twriteCommitGraph = false
\tshowForcedUpdates = false
[transfer]
\tfsckObjects = true
\tunpackLimit = 1
\tbundleURI = false
[pack]
\tthreads = 1
[gc]
\tauto = 0
[maintenance]
\tauto = false
[submodule]
\trecurse = false
[protocol]
\tversion = 2
\tallow = never
[protocol "fd"]
\tallow = always
"""
# What a user's git finds full a moment later is full.
_ROOM: Final = 1 << 20


class Incoming:
    """The repository that objects arrive in.

    Of a partial clone nothing is lent: a guest sends differences to objects that it lacks.
    """

    def __init__(self, place: Path, repository: HostRepository) -> None:
        self.place = place
        self._shallow = b""
        self._repository = repository
        (place / "objects" / "pack").mkdir(parents=True)
        (place / "refs").mkdir()
        (place / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        sha1 = repository.object_format == "sha1"
        config = _CONFIG.format(version=0 if sha1 else 1)
        if not sha1:
            config += f"[extensions]\n\tobjectFormat = {repository.object_format}\n"
        (place / "config").write_text(config, encoding="ascii")
        if not repository.partial:
            with contextlib.suppress(FileNotFoundError):
                self._shallow = repository.shallow.read_bytes()
                (place / "shallow").write_bytes(self._shallow)

    def environment(self, environment: Mapping[str, str], *, lent: bool, most: int) -> dict[str, str]:
        """Return git's environment in here; `lent`: with the user's objects; `most`: bytes to allocate at once."""
        own = {
            "HOME": str(self.place),
            "XDG_CONFIG_HOME": str(self.place),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_ALLOW_PROTOCOL": "fd",
            "GIT_ALLOC_LIMIT": str(most),
        }
        if lent and not self._repository.partial:
            own["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = _quoted(str(self._repository.objects))
        return {**environment, **own}

    def demand_room(self) -> None:
        """Return where the disk takes something still.

        Raises:
            DvmError: it does not.
        """
        try:
            with (self.place / "room").open("wb", buffering=0) as file:
                file.write(secrets.token_bytes(_ROOM))
                os.fsync(file.fileno())
        except OSError as error:
            raise DvmError(
                f"{shortage(error) or f'This host takes no more: {error.strerror}.'} What came was not kept.",
                detail=f"The objects arrive in {self._repository.common}.",
                remedy=f"Make room there: df -h {shlex.quote(str(self._repository.common))}",
            ) from error

    def demand_uncut(self, address: Address) -> None:
        """Return where the guest did not change how far back history goes.

        Raises:
            RefusedError: it did; commits would have parents that are nowhere.
        """
        try:
            now = (self.place / "shallow").read_bytes()
        except FileNotFoundError:
            now = b""
        if set(now.split()) != set(self._shallow.split()):
            raise shallow(address)

    def hand_over(self) -> None:
        """Move the packs to the user's objects.

        Raises:
            DvmError: they can't be moved.
        """
        target = self._repository.objects / "pack"
        try:
            target.mkdir(exist_ok=True)
            there = [name for name in os.listdir(self.place / "objects" / "pack") if _PACK.fullmatch(name)]  # noqa: PTH208
            for ending in _ORDER:
                for name in there:
                    if name.endswith(f".{ending}") and not (target / name).exists():
                        (self.place / "objects" / "pack" / name).rename(target / name)
        except OSError as error:
            raise DvmError(
                f"What was fetched can't be put into the repository: {error.strerror}.",
                detail=f"It goes to {target}.",
                remedy="See that the directory may be written.",
            ) from error


def shallow(address: Address) -> RefusedError:
    """Return the error that a guest has, or sends, a part of its history only."""
    return RefusedError(
        f"{address.url} is shallow: a part of its history is not in the guest.",
        detail="Its commits would have parents here that are nowhere. Nothing of it was kept.",
        remedy=f"Complete it in the VM (`{address.inside('fetch', '--unshallow')}`), or take it as it is: "
        f"`git fetch --update-shallow {address.branches}`",
    )


@contextlib.contextmanager
def incoming(repository: HostRepository) -> Iterator[Incoming]:
    """Make one for the block, and remove what an earlier one left that was cut off.

    Raises:
        LockedError: another fetch into this repository goes on. DvmError: it can't be made.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(repository.common / "dvm-fetch.lock", flags, 0o600)
    except OSError as error:
        raise DvmError(
            f"The git directory can't be written: {error.strerror}.",
            detail=f"It is {repository.common}.",
            remedy="Fetch into a repository of your own.",
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                "Another `dvm fetch` into this repository goes on.",
                remedy="Run the same command again when it has ended.",
            ) from None
        for left in repository.common.glob(f"{_PREFIX}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
        place = repository.common / f"{_PREFIX}{secrets.token_hex(8)}"
        place.mkdir(mode=0o700)
        try:
            yield Incoming(place, repository)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(lock)


def _quoted(path: str) -> str:
    """Return a path as git reads it in a list with colons between."""
    if ":" not in path and not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
