"""Before each step the instance has to be there, be ours, and be what the checks allow, at that very moment."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dvm.lima.home import Home
from dvm.model.plan import StepAction
from dvm.model.receipt import RECEIPT_FILE
from dvm.state.receipts import write_receipt
from tests.unit.execute.conftest import OneVM

MOUNT = {"mounts": [{"location": "/home/u", "mountPoint": "/home/u", "writable": False}]}


@pytest.fixture
def stopped(one: OneVM) -> OneVM:
    """A VM that was applied, is stopped, and is to be started with more memory."""
    one.apply()
    one.lima._act("stop", "dvm-app", ())
    one.declare(memory="3GiB")
    one.lima.changes.clear()
    return one


@pytest.mark.parametrize("action", [StepAction.EDIT, StepAction.START])
def test_one_that_is_gone_is_not_touched(stopped: OneVM, action: StepAction) -> None:
    worker = stopped.worker()
    stopped.lima._act("delete", "dvm-app", ())
    failure = stopped.failure(worker, action)
    assert "dvm-app is gone" in failure.summary
    assert stopped.lima.changes == []


@pytest.mark.parametrize("action", [StepAction.EDIT, StepAction.START])
def test_one_whose_receipt_went_is_not_ours(stopped: OneVM, action: StepAction) -> None:
    worker = stopped.worker()
    (stopped.directory / RECEIPT_FILE).unlink()
    assert "is not DVM's any more" in stopped.failure(worker, action).summary
    assert stopped.lima.changes == []


@pytest.mark.parametrize("action", [StepAction.EDIT, StepAction.START])
def test_one_that_another_manifest_took_is_left_to_it(stopped: OneVM, action: StepAction) -> None:
    worker = stopped.worker()
    assert stopped.receipt is not None
    other = stopped.lima.home / "other.toml"
    other.touch()
    write_receipt(Home(stopped.lima.home), stopped.directory, replace(stopped.receipt, manifest=str(other)))
    assert str(other) in stopped.failure(worker, action).summary
    assert stopped.lima.changes == []


def test_one_that_got_a_mount_meanwhile_is_not_booted(stopped: OneVM) -> None:
    worker = stopped.worker()
    worker.run(stopped.step(StepAction.EDIT))
    stopped.lima.override = MOUNT
    failure = stopped.failure(worker, StepAction.START)
    assert failure.refused
    assert [check.code for check in failure.checks if check.denies] == ["DVM301"]
    assert [argv[1] for argv in stopped.lima.changes] == ["edit"]


def test_an_edit_that_did_not_take_is_found(stopped: OneVM) -> None:
    worker = stopped.worker()
    stopped.lima.override = {"memory": "5GiB"}
    worker.run(stopped.step(StepAction.EDIT))
    failure = stopped.failure(worker, StepAction.VERIFY)
    assert "memory is 5GiB, not 3GiB" in failure.summary
    assert not failure.refused
