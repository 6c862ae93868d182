"""DVM killed by SIGKILL before and after every limactl call and at every write of its own; `make crash` runs all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.crash.killing import Killable
from tests.crash.passing import BackupWorld, RestoreWorld, ThrowawayWorld
from tests.crash.world import BaseWorld, World
from tests.places import short_place

ALL = bool(os.environ.get("DVM_CRASH_ALL"))
SHARES = 16 if ALL else 1


@pytest.fixture(scope="module", params=[World, BaseWorld, ThrowawayWorld, BackupWorld, RestoreWorld])
def world(request: pytest.FixtureRequest) -> Iterator[Killable]:
    with short_place() as place:
        yield request.param(place)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_killed_anywhere_the_next_apply_ends_it(
    world: Killable, share: int, record_property: Callable[[str, object], None]
) -> None:
    points, every = world.kill_points(), 1 if ALL else world.every
    mine = [(at, kill) for at, kill in enumerate(points) if at % every == 0 and (at // every) % SHARES == share]
    for at, kill in mine:
        world.survive(kill, wait=(at // every) % 3 != 0)
    record_property("kill_points", len(points))
    record_property("survived", len(mine))
    record_property("world", type(world).__name__)
