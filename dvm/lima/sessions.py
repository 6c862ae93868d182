"""The guest programs of `dvm sh`, `ssh`, `cp`, `key`, `ssh-config` and of git, with their arguments.

Each runs a guest program as root, which then becomes DVM_USER: Lima's login user may use sudo, DVM_USER may not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.lima.guest_call import GuestCall
from dvm.lima.guest_calls import archive, as_root, restore
from dvm.lima.ssh.remote import Invocation, invocation
from dvm.model.intent import Restore
from dvm.model.names import code_dir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.model.archive import Archived

_COLOURS = re.compile(r"[a-z0-9-]{1,16}")


class Guest(Struct, frozen=True):
    """Whom a session is with: the instance, its VM's name, and DVM_USER as the last bootstrap made it."""

    instance: str
    vm: str
    user: str

    @property
    def code_dir(self) -> str:
        """The code directory."""
        return code_dir(self.user, self.vm)

    def enter(self, command: Sequence[str], *, env_id: str, environment: Mapping[str, str]) -> Invocation:
        """Return the call that runs a command, or a login shell where it is empty, in the code directory.

        Of the host's `environment` only COLORTERM goes along, TERM with the terminal. `env_id`: see `leave`.
        """
        colour = environment.get("COLORTERM", "")
        colour = colour if _COLOURS.fullmatch(colour) else ""
        return invocation("enter", self.user, self.code_dir, env_id, colour, *command)

    def git(self, service: str, repository: str) -> Invocation:
        """Return the call that serves git: `git-upload-pack` or `git-receive-pack`, from the code directory."""
        return invocation("git", self.user, self.code_dir, service.removeprefix("git-"), repository)

    def variables(self, env_id: str) -> Invocation:
        """Return the call that leaves variables (`records` on its standard input) for the session of that id."""
        return invocation("env", env_id)

    def pack(self, path: str, *, recursive: bool) -> GuestCall:
        """Return the call that writes a tar of `path` to its standard output."""
        return GuestCall(as_root(self.instance, "pack", self.user, self.code_dir, str(int(recursive)), path))

    def unpack(self, path: str, *, directory: bool, name: str) -> GuestCall:
        """Return the call that puts what its standard input's tar has, all of it called x, at `path`."""
        kind = "directory" if directory else "file"
        return GuestCall(as_root(self.instance, "unpack", self.user, self.code_dir, kind, name, path))

    def archive(self) -> GuestCall:
        """Return the call that writes a tar of the code directories to its standard output."""
        return GuestCall(archive(self.instance, self.user))

    def restore(self, about: Archived, *, restore_id: str, replace: bool) -> GuestCall:
        """Return the call that puts an archive, which goes in on standard input, below the code root."""
        intent = Restore(self.instance, self.user)
        return GuestCall(restore(intent, restore_id, str(about.bytes), about.sha256, replace=replace))

    def journal(self, lines: int, unit: str) -> GuestCall:
        """Return the call that prints the last lines of the guest's own log, of a unit or (empty) of all."""
        return GuestCall(as_root(self.instance, "journal", str(lines), *([unit] if unit else [])))

    def key(self) -> GuestCall:
        """Return the call that makes DVM_USER's key, once, and answers with its public half."""
        return GuestCall(as_root(self.instance, "key", self.user, self.vm))

    def verify(self, token: str, file: str, ports: tuple[int, int], wait_seconds: int, *, limited: bool) -> GuestCall:
        """Return the call that tries the walls from inside; see dvm/lima/guest/verify.sh.

        `ports`: where the host listens on its loopback for a connection with `token`, by IPv4 and by IPv6 (0: nowhere).
        """
        ipv4, ipv6 = map(str, ports)
        words = (self.user, token, file, ipv4, ipv6, str(wait_seconds), str(int(limited)))
        return GuestCall(as_root(self.instance, "verify", *words))

    def work(self) -> GuestCall:
        """Return the call that looks through the repositories under the code directory."""
        return GuestCall(as_root(self.instance, "work", self.user, self.code_dir))

    def sshd(self, public_key: str) -> Invocation:
        """Return the call that serves one ssh connection, for the holder of `public_key`."""
        return invocation("sshd", self.user, public_key)


def records(variables: Mapping[str, str]) -> bytes:
    """Return variables as dvm-env takes them: NAME=VALUE and a NUL each, an empty record last."""
    return b"".join(f"{name}={value}\0".encode("utf-8", "surrogateescape") for name, value in variables.items()) + b"\0"
