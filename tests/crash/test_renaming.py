"""`dvm mv` killed by SIGKILL before and after every limactl call and at every write of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.crash.renaming import RenameWorld
from tests.places import short_place

ALL = bool(os.environ.get("DVM_CRASH_ALL"))
SHARES = 4 if ALL else 1
EVERY = 1 if ALL else 11


@pytest.fixture(scope="module")
def world() -> Iterator[RenameWorld]:
    with short_place() as place:
        yield RenameWorld(place)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_killed_anywhere_the_next_command_ends_it(
    world: RenameWorld, share: int, record_property: Callable[[str, object], None]
) -> None:
    points = world.kill_points()
    mine = [(at, kill) for at, kill in enumerate(points) if at % EVERY == 0 and (at // EVERY) % SHARES == share]
    for at, kill in mine:
        world.survive(kill, wait=(at // EVERY) % 3 != 0)
    record_property("kill_points", len(points))
    record_property("survived", len(mine))
