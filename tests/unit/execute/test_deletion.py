"""A delete takes what is ours and nothing else, and one that was cut off is known as one."""

from __future__ import annotations

import pytest

from dvm.model.plan import StepAction
from dvm.model.receipt import RECEIPT_FILE
from tests.properties.memory_lima import Killed
from tests.unit.execute.conftest import OneVM


@pytest.fixture
def there(one: OneVM) -> OneVM:
    one.declare(running=False)
    one.apply()
    one.lima.changes.clear()
    return one


def test_a_delete_leaves_nothing(there: OneVM) -> None:
    worker = there.worker(destroy=True, discard_work=True)
    worker.run(there.step(StepAction.DELETE))
    assert not there.directory.exists()
    assert there.change().reason == "not_found"


def test_what_lost_its_receipt_meanwhile_is_kept(there: OneVM) -> None:
    worker = there.worker(destroy=True, discard_work=True)
    (there.directory / RECEIPT_FILE).unlink()
    assert "is not DVM's any more" in there.failure(worker, StepAction.DELETE).summary
    assert there.directory.exists()
    assert there.lima.changes == []


def test_one_that_failed_is_still_a_whole_vm(there: OneVM) -> None:
    worker = there.worker(destroy=True, discard_work=True)
    there.lima.fault = lambda _number, _argv: "fail"
    assert there.failure(worker, StepAction.DELETE).exit_status == 1
    assert there.receipt is not None
    assert there.change().reason == ""


def test_one_that_was_cut_off_is_ended_by_the_next_plan(there: OneVM) -> None:
    worker = there.worker(destroy=True, discard_work=True)
    there.lima.fault = lambda _number, _argv: "kill"
    with pytest.raises(Killed):
        worker.run(there.step(StepAction.DELETE))
    (there.directory / RECEIPT_FILE).unlink()
    there.lima.fault = lambda _number, _argv: ""
    assert there.change().reason == "remains_of_delete"
    there.apply()
    assert there.receipt is not None
