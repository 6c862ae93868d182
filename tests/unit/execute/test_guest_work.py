"""Bootstrap and setup scripts: the receipt has the run before it begins, and the end only where the guest says so."""

from __future__ import annotations

import pytest

from dvm.model.plan import StepAction
from tests import factories as make
from tests.properties.memory_lima import Killed
from tests.unit.execute.conftest import OneVM

GOOD = make.script("a.sh", "set -Eeuo pipefail\necho a\n")
BAD = make.script("b.sh", "set -Eeuo pipefail\n# fail\n")


def test_the_receipt_has_what_ran(one: OneVM) -> None:
    one.declare(GOOD)
    one.apply()
    assert one.receipt is not None
    (record,) = one.receipt.setup
    assert (record.path, record.sha256, record.exit_status) == ("a.sh", GOOD.sha256, 0)
    assert one.receipt.bootstrap is not None
    assert one.receipt.applied is not None


def test_a_script_that_fails_is_recorded_and_runs_again(one: OneVM) -> None:
    one.declare(BAD)
    worker = one.worker()
    for step in one.steps:
        if step.action is StepAction.SETUP:
            break
        worker.run(step)
    failure = one.failure(worker, StepAction.SETUP)
    assert (failure.exit_status, failure.log is not None) == (7, True)
    assert one.receipt is not None
    assert one.receipt.setup[0].exit_status != 0
    assert [run.script.entry.script for run in one.change().scripts] == ["b.sh"]


def test_a_run_whose_end_nobody_saw_is_asked_about_and_not_repeated(one: OneVM) -> None:
    one.declare(GOOD)
    one.lima.fault = lambda _number, argv: "kill-after" if "dvm-setup" in argv else ""
    with pytest.raises(Killed):
        one.apply()
    assert one.receipt is not None
    assert one.receipt.setup[0].ended is None
    one.lima.fault = lambda _number, _argv: ""
    one.apply()
    assert one.lima.machines["dvm-app"].guest.runs == [GOOD.sha256]
