"""The groups all of whose members could change a file of the user's anyway."""

from __future__ import annotations

import grp
import pwd
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOT = "root"
# macOS's sudoers lets its members do anything; Homebrew gives its directories to it.
_ADMIN = "admin"


class Group(Struct, frozen=True):
    """A group of the host's: its number, and the names of its members, whether by list or as their primary group."""

    gid: int
    members: frozenset[str]


class Accounts(Protocol):
    """The host's users and groups."""

    def user(self, uid: int) -> str | None:
        """Return a user's name; None: there is no such user."""

    def group(self, name: str) -> Group | None:
        """Return a group; None: there is no such group."""


class SystemAccounts:
    """The users and groups that the system's own look-ups know."""

    def user(self, uid: int) -> str | None:
        """Return a user's name; None: there is no such user."""
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return None

    def group(self, name: str) -> Group | None:
        """Return a group; None: there is no such group."""
        try:
            found = grp.getgrnam(name)
        except KeyError:
            return None
        primary: Iterable[str] = (user.pw_name for user in pwd.getpwall() if user.pw_gid == found.gr_gid)
        return Group(found.gr_gid, frozenset([*found.gr_mem, *primary]))


def trusted_groups(uid: int, accounts: Accounts, system: str) -> frozenset[int]:
    """Return the groups that count as the user: who is in one could become root, or is the user.

    macOS's `admin`; a group with the user's name, and root's, where nobody else is in them. No other group of one
    member: directories of accounts need not name all who are in one. `system` is what platform.system() says.
    """
    user = accounts.user(uid)
    trusted: set[int] = set()
    if system == "Darwin" and (admin := accounts.group(_ADMIN)) is not None:
        trusted.add(admin.gid)
    for name in (user, _ROOT):
        group = None if name is None else accounts.group(name)
        if group is not None and group.members <= {user, _ROOT}:
            trusted.add(group.gid)
    return frozenset(trusted)
