from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from dvm.execute.scheduler import run_segments, segments_of
from dvm.model.intent import Verify
from dvm.model.plan import Step


def chain(name: str, *needs: str, length: int = 2) -> list[Step]:
    steps = [Step(f"{name}/0", name, Verify(name), needs)]
    steps += [Step(f"{name}/{n}", name, Verify(name), (f"{name}/{n - 1}",)) for n in range(1, length)]
    return steps


def test_a_chain_is_cut_where_it_waits_for_another() -> None:
    steps = [*chain("db"), *chain("app", "db/1")]
    assert [(each.key, each.needs) for each in segments_of(steps)] == [
        (("db", 0), frozenset()),
        (("app", 0), frozenset({("db", 0)})),
    ]
    steps = [*chain("db"), *waiting("app", "db/1")]
    assert [(each.key, [step.id for step in each.steps], each.needs) for each in segments_of(steps)] == [
        (("db", 0), ["db/0", "db/1"], frozenset()),
        (("app", 0), ["app/0"], frozenset()),
        (("app", 1), ["app/1", "app/2"], frozenset({("db", 0)})),
    ]


def waiting(name: str, *needs: str) -> list[Step]:
    """A chain of three whose second step needs others."""
    first, second, third = chain(name, length=3)
    return [first, Step(second.id, name, second.intent, (*second.needs, *needs)), third]


def run(steps: list[Step], parallelism: int, failing: set[str] = frozenset()) -> tuple[list[str], dict[str, str], int]:  # type: ignore[assignment]
    began: list[str] = []
    skipped: dict[str, str] = {}
    active, most, lock = 0, 0, threading.Lock()

    def work(steps: Sequence[Step]) -> bool:
        nonlocal active, most
        with lock:
            began.append(steps[0].address)
            active += 1
            most = max(most, active)
        time.sleep(0.05)
        with lock:
            active -= 1
        return steps[0].address not in failing

    run_segments(steps, parallelism=parallelism, run=work, skip=lambda s, why: skipped.update({s[0].address: why}))
    return began, skipped, most


def test_side_by_side_up_to_the_limit() -> None:
    steps = [step for name in "abcdef" for step in chain(name)]
    began, _, most = run(steps, 3)
    assert sorted(began) == list("abcdef")
    assert most == 3


def test_one_at_a_time_goes_in_the_plans_order() -> None:
    steps = [step for name in "abc" for step in chain(name)]
    assert run(steps, 1)[0] == ["a", "b", "c"]


def test_what_depends_on_a_failure_is_skipped_and_nothing_else() -> None:
    steps = [*chain("db"), *chain("app", "db/1"), *chain("web", "app/1"), *chain("other")]
    began, skipped, _ = run(steps, 2, {"db"})
    assert sorted(began) == ["db", "other"]
    assert skipped == {"app": "db", "web": "app"}


@pytest.mark.parametrize("parallelism", [1, 2])
def test_what_comes_before_a_wait_goes_ahead_and_the_rest_after(parallelism: int) -> None:
    began: list[str] = []
    waits: list[tuple[str, list[str]]] = []

    def work(steps: Sequence[Step]) -> bool:
        began.append(steps[0].id)
        time.sleep(0.3 if steps[0].address == "db" else 0)
        return True

    run_segments(
        [*chain("db"), *waiting("app", "db/1")],
        parallelism=parallelism,
        run=work,
        skip=lambda _s, _w: None,
        waits=lambda step, addresses: waits.append((step.id, list(addresses))),
    )
    assert began == ["db/0", "app/0", "app/1"]
    assert waits == ([("app/1", ["db"])] if parallelism == 2 else [])


def test_a_later_segment_is_skipped_for_its_own_chain_or_for_another() -> None:
    skipped: list[tuple[str, str]] = []
    for failing in ("db/0", "app/0"):
        run_segments(
            [*chain("db"), *waiting("app", "db/1")],
            parallelism=2,
            run=lambda steps, failing=failing: steps[0].id != failing,  # type: ignore[misc]
            skip=lambda steps, why: skipped.append((steps[0].id, why)),
        )
    assert skipped == [("app/1", "db"), ("app/1", "app")]
