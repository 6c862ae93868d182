from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.model.choices import Run
from dvm.plan.setup import scripts_to_run
from tests.factories import desired, receipt, record, script

A, B, C = (script(name) for name in ("a", "b", "c"))
VM = desired("app", A, B, C)


def reasons(vm: Any, made: Any, **options: Any) -> dict[str, str]:
    return {run.script.entry.script: run.reason for run in scripts_to_run(vm, made, **options)}


def test_what_ended_well_does_not_run_again() -> None:
    assert reasons(VM, receipt(VM)) == {}


def test_without_a_receipt_everything_runs() -> None:
    assert reasons(VM, None) == {"a": "never ran", "b": "never ran", "c": "never ran"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sha256": "0" * 64}, "changed"),
        ({"exit_status": 3}, "failed with status 3"),
        ({"ended": None, "exit_status": None}, "was cut off"),
        ({"as_": "root"}, "ran as root, now runs as admin"),
    ],
)
def test_a_script_that_has_to_run_takes_those_after_it_along(changes: dict[str, Any], reason: str) -> None:
    made = receipt(VM, setup=(record(A), record(B, **changes), record(C)))
    assert reasons(VM, made) == {"b": reason, "c": "runs after b"}


def test_a_new_script_takes_those_after_it_along() -> None:
    assert reasons(VM, receipt(VM, setup=(record(B), record(C)))) == {
        "a": "never ran",
        "b": "runs after a",
        "c": "runs after a",
    }


def test_another_order_runs_nothing() -> None:
    assert reasons(VM, receipt(VM, setup=(record(C), record(A), record(B)))) == {}


def test_once_runs_until_it_ended_well_and_never_again() -> None:
    once = script("b", run="once")
    vm = desired("app", A, once, C)
    changed = script("b", "other\n", run="once")
    assert reasons(desired("app", A, changed, C), receipt(vm)) == {}
    assert "b" not in reasons(vm, receipt(vm, setup=(record(A, sha256="0" * 64), record(once), record(C))))
    assert "b" not in reasons(vm, receipt(vm), rerun=True)
    assert reasons(vm, receipt(vm, setup=(record(A), record(once, exit_status=1), record(C)))) == {
        "b": "failed with status 1",
        "c": "runs after b",
    }


def test_always_runs_every_time_and_pulls_nothing_after_it() -> None:
    vm = desired("app", script("a", run="always"), B)
    assert reasons(vm, receipt(vm)) == {"a": "runs every time"}


def test_another_user_runs_everything_again() -> None:
    other = desired("app", A, B, user="dev2")
    assert reasons(other, receipt(desired("app", A, B))) == {
        "a": "DVM_USER is another",
        "b": "DVM_USER is another",
    }


def test_asked_for() -> None:
    assert reasons(VM, receipt(VM), rerun=True) == dict.fromkeys("abc", "asked for")


def test_a_run_that_was_cut_off_keeps_its_id_only_while_it_is_the_same_run() -> None:
    cut = {"ended": None, "exit_status": None, "run_id": "r9"}
    (first, *_) = scripts_to_run(VM, receipt(VM, setup=(record(A, **cut),)))
    assert first.run_id == "r9"
    (other, *_) = scripts_to_run(VM, receipt(VM, setup=(record(A, **cut, sha256="0" * 64),)))
    assert other.run_id is None


def test_the_text_that_ran_last_is_at_hand_for_the_diff() -> None:
    (first, *_) = scripts_to_run(VM, receipt(VM, setup=(record(A, sha256="0" * 64, content="old\n"),)))
    assert first.previous == "old\n"


@given(
    st.lists(st.sampled_from(list(Run)), min_size=1, max_size=6),
    st.lists(st.sampled_from(["never", "cut", "failed", "changed", "fine"]), min_size=6, max_size=6),
)
def test_one_run_of_what_has_to_run_leaves_only_always(kinds: list[Run], states: list[str]) -> None:
    scripts = [script(f"s{number}", run=kind) for number, kind in enumerate(kinds)]
    vm = desired("app", *scripts)
    how: dict[str, dict[str, Any]] = {
        "cut": {"ended": None, "exit_status": None},
        "failed": {"exit_status": 1},
        "changed": {"sha256": "0" * 64},
        "fine": {},
    }
    records = {
        item.entry.script: record(item, **how[state])
        for item, state in zip(scripts, states, strict=False)
        if state != "never"
    }
    runs = scripts_to_run(vm, receipt(vm, setup=tuple(records.values())))
    positions = [scripts.index(run.script) for run in runs]
    assert positions == sorted(positions)
    after = records | {run.script.entry.script: record(run.script) for run in runs}
    left = scripts_to_run(vm, receipt(vm, setup=tuple(after.values())))
    assert {run.script.entry.run for run in left} <= {Run.ALWAYS}
