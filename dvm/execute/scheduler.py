"""Steps side by side: those of one VM one after the other, in the order that `needs` demands.

The steps of a VM are cut where one waits for another VM: what comes before it goes ahead meanwhile, and the VM holds
no place among those that work.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dvm.model.plan import Step

_LOOK_SECONDS = 0.2

Key = tuple[str, int]
"""An address, and the number of a segment of its steps."""


class Segment(Struct, frozen=True):
    """Steps of one VM that need nothing in between. `needs`: the segments of others that must end well before."""

    key: Key
    steps: tuple[Step, ...]
    needs: frozenset[Key] = frozenset()

    @property
    def before(self) -> frozenset[Key]:
        """Every segment that must end well before, the one before it of the same VM among them."""
        address, number = self.key
        return self.needs | {(address, number - 1)} if number else self.needs


def segments_of(steps: Sequence[Step]) -> list[Segment]:
    """Return the steps in segments, in the order in which they are listed."""
    address_of = {step.id: step.address for step in steps}
    cut: dict[Key, list[Step]] = {}
    owner: dict[str, Key] = {}
    number: dict[str, int] = {}
    for step in steps:
        at = number.setdefault(step.address, 0)
        waits = any(address_of.get(need, step.address) != step.address for need in step.needs)
        if waits and (step.address, at) in cut:
            number[step.address] = at = at + 1
        cut.setdefault((step.address, at), []).append(step)
        owner[step.id] = (step.address, at)
    return [
        Segment(
            key,
            tuple(own),
            frozenset(owner[need] for need in own[0].needs if need in owner and owner[need][0] != key[0]),
        )
        for key, own in cut.items()
    ]


def run_segments(
    steps: Sequence[Step],
    *,
    parallelism: int,
    run: Callable[[Sequence[Step]], bool],
    skip: Callable[[Sequence[Step], str], None],
    waits: Callable[[Step, Sequence[str]], None] = lambda _step, _addresses: None,
) -> None:
    """Run every segment, at most `parallelism` at a time; `run` returns whether one ended well.

    One whose needs did not end well goes to `skip`, with the address of the one that failed: its own, where that is the
    segment before. `waits` is called once for a step that only other VMs hold back, with their addresses. The order in
    which ready segments begin is that of the plan.
    """
    waiting = segments_of(steps)
    ended: dict[Key, bool] = {}
    told: set[Key] = set()
    running: dict[Future[bool], Key] = {}
    with ThreadPoolExecutor(max_workers=max(1, parallelism), thread_name_prefix="dvm") as pool:
        while waiting or running:
            for segment in list(waiting):
                failed = next((key for key in sorted(segment.before) if ended.get(key) is False), None)
                if failed is not None:
                    waiting.remove(segment)
                    ended[segment.key] = False
                    skip(segment.steps, failed[0])
                elif segment.before <= ended.keys():
                    if len(running) < parallelism:
                        waiting.remove(segment)
                        running[pool.submit(run, segment.steps)] = segment.key
                elif segment.key not in told and segment.before - segment.needs <= ended.keys():
                    told.add(segment.key)
                    waits(segment.steps[0], list(_addresses(segment, ended)))
            # A short wait, so that the main thread sees a signal soon.
            done, _ = wait(running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                ended[running.pop(future)] = future.result()


def _addresses(segment: Segment, ended: dict[Key, bool]) -> Iterator[str]:
    yield from dict.fromkeys(address for address, number in sorted(segment.needs) if (address, number) not in ended)
