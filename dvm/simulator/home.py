"""`$LIMA_HOME`: where instances and Lima's host-wide configuration live, and how they are named."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$"
_LONGEST_NAME = 76
_LONGEST_SOCKET = "ssh.sock.1234567890123456"
UNIX_PATH_MAX = 108
"""What a socket's path must stay under, in bytes; Linux's number, of which macOS allows four less."""


class Home:
    """Lima's directory, `~/.lima` where `LIMA_HOME` is unset; it need not exist yet."""

    def __init__(self) -> None:
        named = os.environ.get("LIMA_HOME", "")
        path = Path(named) if named else Path.home() / ".lima"
        self.path = path.resolve() if path.exists() else Path(os.path.abspath(path))  # noqa: PTH100 - as Lima: links kept
        self.config = self.path / "_config"

    def names(self) -> list[str]:
        """Return the names of the instances, whole or not, in order."""
        try:
            entries = list(os.scandir(self.path))
        except FileNotFoundError:
            return []
        return sorted(e.name for e in entries if not e.name.startswith((".", "_")) and e.is_dir())

    def directory(self, name: str) -> Path:
        """Return where the instance is or would be.

        Raises:
            Refused: the name cannot be an instance's.
        """
        problem = name_problem(name)
        if problem:
            refuse(problem)
        return self.path / name

    def keep_networks(self) -> None:
        """Write `_config/networks.yaml` where there is none, as Lima does at a start and at a deletion."""
        self.config.mkdir(parents=True, exist_ok=True)
        path = self.config / "networks.yaml"
        if not path.exists():
            path.write_text("networks: {}\n", encoding="utf-8")

    def check_socket_length(self, name: str) -> None:
        """Refuse a name whose sockets could not be bound.

        Raises:
            Refused: the longest path that Lima would bind is too long.
        """
        longest = str(self.path / name / _LONGEST_SOCKET)
        if len(longest) >= UNIX_PATH_MAX:
            refuse(
                f"instance name {tick(name)} too long: {tick(longest)} must be less than "
                f"UNIX_PATH_MAX={UNIX_PATH_MAX} characters, but is {len(longest)}"
            )

    def prepare(self) -> None:
        """Make the directory and what Lima keeps in `_config`: its key pair, here without a key in it."""
        self.config.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.chmod(0o700)
        for name, mode, text in (("user", 0o600, ""), ("user.pub", 0o644, "ssh-ed25519 AAAAC3NzSimulated lima\n")):
            file = self.config / name
            if not file.exists():
                file.touch(mode=mode)
                file.write_text(text, encoding="ascii")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the simulator's state still against other calls, for as short as can be."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path / ".sim.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def name_problem(name: str) -> str:
    """Return why the name cannot be an instance's, in Lima's words; nothing if it can."""
    if not name:
        problem = "identifier must not be empty"
    elif len(name) > _LONGEST_NAME:
        problem = f"identifier {tick(name)} greater than maximum length ({_LONGEST_NAME} characters)"
    elif not re.match(_NAME, name):
        problem = f"identifier {tick(name)} must match {_NAME}"
    elif name.lower().endswith((".yml", ".yaml")):
        return f"instance name {tick(name)} must not end with .yml or .yaml suffix"
    else:
        return ""
    return f"instance name {tick(name)} is not a valid identifier: {problem}"


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write the file so that a reader sees the old text or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)
