"""A guest's memory: `guest.json` and `guest-files` in the instance's directory, which are gone when its disk
is.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.guest.hostile import Hostile
from dvm.simulator.home import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.simulator.instance import Instance

MEMORY = "guest.json"
RUNS = "guest-runs.jsonl"
STARTS = "guest-starts.jsonl"
WORK = "guest-work.json"
FIREWALL = "guest-firewall"
FILES = "guest-files"
IDENTITY = ("machine-id", "ssh_host_ed25519_key.pub")
"""What a guest is known by."""
_DIRECTORIES = {"/", "/tmp", "/home", "/root", "/etc", "/usr", "/var", "/opt", "/run", "/mnt"}  # noqa: S108 - a guest's


class Machine:
    """The guest of one instance.

    `memory` has `identity` (digests, and the `boot` in which they were made),
    `users` (name to `sudo`, `subuid_count`, `subgid_count`, `code_dir`), `touched` (names), and
    `failed_once` (SHA-256 of scripts). `runs` has a JSON line for each setup script that ended, `starts` one
    for each that began.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.dir = instance.dir
        self.hostname = f"lima-{instance.name}"
        self.login: dict[str, Any] = (instance.config or {}).get("user", {})
        self.arch: str = (instance.config or {}).get("arch", "x86_64")
        self.runs = self.dir / RUNS
        self.starts = self.dir / STARTS
        self.work = self.dir / WORK
        self.hostile = Hostile(self.dir)

    @property
    def firewall_tool(self) -> str:
        """What this guest makes a firewall with: nft, unless a test says so in `guest-firewall`; none: it can't."""
        staged = self.dir / FIREWALL
        return staged.read_text(encoding="utf-8").strip() if staged.exists() else "nft"

    @property
    def memory(self) -> dict[str, Any]:
        """What the guest remembers, as saved last."""
        blank: dict[str, Any] = {"users": {}, "touched": [], "failed_once": [], "firewall": "off", "environment": {}}
        blank |= {"identity": {}, "boot": 0, "admitted": []}
        try:
            return {**blank, **json.loads((self.dir / MEMORY).read_text(encoding="utf-8"))}
        except (OSError, ValueError):
            return blank

    @contextmanager
    def remembering(self) -> Iterator[dict[str, Any]]:
        """Give the memory to be changed, and save it, with no other call in between."""
        with self._instance.home.lock():
            memory = self.memory
            yield memory
            write_whole(self.dir / MEMORY, json.dumps(memory, indent=1), mode=0o600)

    def wake(self, boot: int) -> None:
        """Boot the guest: it makes what it is known by, unless it has that."""
        with self.remembering() as memory:
            memory["boot"] = boot
            if not memory["identity"]:
                memory["identity"] = {"boot": boot, **{kind: secrets.token_hex(32) for kind in IDENTITY}}

    def power_off(self) -> None:
        """Shut down from within: the instance is Stopped."""
        with self._instance.home.lock():
            self._instance.state.halt()
            self._instance.state.save()

    def user_home(self, user: str) -> str:
        """Return the user's home in the guest."""
        if user == "root":
            return "/root"
        return str(self.login.get("home", "/")) if user == self.login.get("name") else f"/home/{user}"

    def has_user(self, user: str) -> bool:
        """Return whether there is such a user in the guest."""
        return user in {"root", self.login.get("name")} or user in self.memory["users"]

    def is_directory(self, path: str) -> bool:
        """Return whether the guest has the directory: a few of the system's, homes, code directories, copied
        ones.
        """
        users = self.memory["users"]
        known = _DIRECTORIES | {self.user_home(user) for user in (self.login.get("name", ""), *users)}
        for entry in users.values():
            code = Path(entry.get("code_dir") or "/")
            known |= {str(code), *(str(parent) for parent in code.parents)}
        return os.path.normpath(path) in known or self.file(path, "/").is_dir()

    def file(self, path: str, cwd: str) -> Path:
        """Return where the guest's file is kept on the host; it never leads out of `guest-files`."""
        inside = os.path.normpath("/" + os.path.join(cwd, path))  # noqa: PTH118 - a guest's path, as text
        return self.dir / FILES / inside.lstrip("/")
