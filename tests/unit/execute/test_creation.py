"""A create that ends well has a receipt and no mark; one that does not leaves nothing that is taken for whole."""

from __future__ import annotations

import pytest

from dvm.lima.calls import create
from dvm.model.intent import Create
from dvm.model.plan import StepAction
from dvm.state.marks import read_marks
from tests import factories as make
from tests.unit.execute.conftest import OneVM


def marks(one: OneVM) -> dict[str, str]:
    return dict(read_marks(one.state, one.lima.home, make.manifest(one.vm).place))


def test_a_create_writes_the_receipt_and_forgets_the_mark(one: OneVM) -> None:
    worker = one.worker()
    worker.run(one.step(StepAction.CREATE))
    assert one.receipt is not None
    assert (one.receipt.vm, one.receipt.bootstrap, one.receipt.applied) == ("app", None, None)
    assert marks(one) == {}
    assert "--mount-none" in one.lima.changes[0]


def test_the_mark_is_written_before_lima_is_called(one: OneVM) -> None:
    seen: list[dict[str, str]] = []

    def fault(_number: int, _argv: object) -> str:
        seen.append(marks(one))
        return ""

    one.lima.fault = fault
    one.worker().run(one.step(StepAction.CREATE))
    assert seen[0]["app"] in " ".join(one.lima.changes[0])


@pytest.mark.parametrize("fault", ["fail", "fail-after"])
def test_what_a_failed_create_left_is_deleted(one: OneVM, fault: str) -> None:
    one.lima.fault = lambda _number, argv: fault if argv[1] == "create" else ""
    failure = one.failure(one.worker(), StepAction.CREATE)
    assert failure.exit_status == 1
    assert failure.log is not None
    assert one.lima.machines == {}
    assert marks(one) == {}


def test_what_could_not_be_deleted_keeps_its_mark(one: OneVM) -> None:
    one.lima.fault = lambda _number, argv: {"create": "fail-after", "delete": "fail"}.get(argv[1], "")
    one.failure(one.worker(), StepAction.CREATE)
    assert list(one.lima.machines) == ["dvm-app"]
    assert list(marks(one)) == ["app"]
    one.lima.fault = lambda _number, _argv: ""
    assert one.change().reason == "remains_of_create"


def test_an_instance_that_appeared_meanwhile_is_left_alone(one: OneVM) -> None:
    worker = one.worker()
    step = one.step(StepAction.CREATE)
    assert isinstance(step.intent, Create)
    one.lima._do(create(step.intent, "somebody's"), b"")
    failure = one.failure(worker, StepAction.CREATE)
    assert "is there already" in failure.summary
    assert list(one.lima.machines) == ["dvm-app"]
    assert one.lima.changes == []
