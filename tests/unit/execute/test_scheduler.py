from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from dvm.execute.scheduler import chain_needs, chains_of, run_chains
from dvm.model.plan import Step, StepAction


def chain(name: str, *needs: str, length: int = 2) -> list[Step]:
    steps = [Step(f"{name}/0", name, StepAction.CREATE, needs)]
    steps += [Step(f"{name}/{n}", name, StepAction.START, (f"{name}/{n - 1}",)) for n in range(1, length)]
    return steps


def test_chains_and_what_they_need() -> None:
    steps = [*chain("db"), *chain("app", "db/1")]
    assert list(chains_of(steps)) == ["db", "app"]
    assert chain_needs(chains_of(steps)) == {"db": set(), "app": {"db"}}


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

    run_chains(steps, parallelism=parallelism, run=work, skip=lambda s, why: skipped.update({s[0].address: why}))
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
