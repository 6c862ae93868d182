"""Asks a guest for its repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.lima.work import repositories

if TYPE_CHECKING:
    from dvm.cli.guest.entrance import Entrance
    from dvm.lima.work import Repository

_SECONDS = 60.0


def ask_for_repositories(entrance: Entrance) -> tuple[Repository, ...]:
    """Return the repositories under the code directory, as the guest says.

    Raises:
        DvmError: it has no git, or gives no answer. UnprovenError: its answer can't be believed.
    """
    guest = entrance.guest
    ending = entrance.connection.ask(guest.work(), timeout=_SECONDS)
    if ending.completed.timed_out:
        raise DvmError(
            f"vm.{guest.vm} did not look through its repositories in {_SECONDS:.0f} s.",
            remedy=f"Try again, or look by hand: dvm sh {guest.vm}",
        )
    found = repositories(ending.proven().lines)
    if found is None:
        raise DvmError(f"vm.{guest.vm} has no git.", remedy="Install it by a setup script.")
    return found
