"""Dependencies between names: a topological order that does not depend on who was written first."""

from __future__ import annotations

import heapq
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class CycleError_(ValueError):  # noqa: N801, N818 - graphlib has the plain name
    """The names wait for each other. `cycle` begins and ends with the same one: each waits for the next."""

    def __init__(self, cycle: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(cycle))
        self.cycle = cycle


def order(nodes: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names so that each comes after those it depends on; by name where that leaves a choice.

    `nodes` has for each name what it depends on; names in there that are no node are left out.

    Raises:
        CycleError_: some names depend on each other.
    """
    sorter = _sorter(nodes)
    try:
        sorter.prepare()
    except CycleError as error:
        raise CycleError_(_normalised(error.args[1])) from None
    found: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heapq.heappush(ready, name)
        name = heapq.heappop(ready)
        found.append(name)
        sorter.done(name)
    return found


def cycles(nodes: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return cycles that have no name in common, until without their names there is none left."""
    left = {name: list(needs) for name, needs in nodes.items()}
    found: list[tuple[str, ...]] = []
    while True:
        try:
            _sorter(left).prepare()
        except CycleError as error:
            found.append(_normalised(error.args[1]))
            for name in found[-1][:-1]:
                del left[name]
        else:
            return found


def _sorter(nodes: Mapping[str, Iterable[str]]) -> TopologicalSorter[str]:
    # In order of name, because graphlib's choices follow the order in which names were added.
    return TopologicalSorter({name: sorted({need for need in nodes[name] if need in nodes}) for name in sorted(nodes)})


def _normalised(cycle: list[str]) -> tuple[str, ...]:
    # graphlib lists each name before what waits for it, starting anywhere.
    ring = cycle[:0:-1]
    start = ring.index(min(ring))
    return (*ring[start:], *ring[:start], ring[start])
