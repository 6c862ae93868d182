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
import shutil
from typing import TYPE_CHECKING, Final

from dvm.errors import DvmError, LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

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
\tbigFileThreshold = 256m
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
# For one object: a few bytes can say that they are gigabytes.
_MOST_MEMORY: Final = "1g"


class Incoming:
    """The repository that objects arrive in."""

    def __init__(self, place: Path, repository: HostRepository) -> None:
        self.place = place
        self._repository = repository
        (place / "objects" / "pack").mkdir(parents=True)
        (place / "refs").mkdir()
        (place / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        sha1 = repository.object_format == "sha1"
        config = _CONFIG.format(version=0 if sha1 else 1)
        if not sha1:
            config += f"[extensions]\n\tobjectFormat = {repository.object_format}\n"
        (place / "config").write_text(config, encoding="ascii")
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(repository.shallow, place / "shallow")

    def environment(self, environment: Mapping[str, str], *, lent: bool) -> dict[str, str]:
        """Return git's environment in here; `lent`: with the user's objects."""
        own = {
            "HOME": str(self.place),
            "XDG_CONFIG_HOME": str(self.place),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_ALLOW_PROTOCOL": "fd",
            "GIT_ALLOC_LIMIT": _MOST_MEMORY,
        }
        if lent:
            own["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = _quoted(str(self._repository.objects))
        return {**environment, **own}

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
