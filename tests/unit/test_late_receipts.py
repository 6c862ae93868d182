"""An instance that another DVM creates is not nobody's between two looks."""

from __future__ import annotations

from pathlib import Path

from dvm.lima.home import Home
from dvm.lima.machine import Machine
from dvm.observe.host import with_late_receipts
from dvm.state.receipts import write_receipt
from dvm.state.unfinished import Unfinished, midway
from tests import factories


def test_a_receipt_that_was_written_since_the_look_counts(tmp_path: Path) -> None:
    machine, directory = Machine(Home(tmp_path)), tmp_path / "dvm-app"
    directory.mkdir(mode=0o700)
    vm = factories.desired("app")
    looked = factories.instance(vm, dir=directory, receipt=None, owner=None)
    other = factories.instance(factories.desired("db"), dir=tmp_path / "dvm-db")
    foreign = factories.instance(factories.desired("x"), name="default", dir=tmp_path / "default", receipt=None)
    seen = factories.observed(looked, other, foreign)
    assert with_late_receipts(machine, seen).instances["dvm-app"].receipt is None, "there is none yet"
    write_receipt(machine.home, directory, factories.receipt(vm))
    after = with_late_receipts(machine, seen).instances
    assert after["dvm-app"].receipt == factories.receipt(vm)
    assert after["dvm-app"].owner is not None
    assert after["dvm-db"] is seen.instances["dvm-db"]
    assert after["default"].receipt is None


def test_a_base_that_is_being_made_is_midway_until_it_shows_its_mark() -> None:
    name = "base.node-01234567"
    base = factories.instance(factories.desired("x"), name=f"dvm-{name}", receipt=None, owner=None)
    marked = Unfinished(marks={name: "a mark"})
    assert midway(factories.observed(base), marked) == {f"dvm-{name}"}
    assert not midway(factories.observed(base), Unfinished()), "somebody else's"
    assert not midway(factories.observed(base), Unfinished(marks={name: "a mark"}, leftovers=frozenset({name})))
    vm = factories.instance(factories.desired("app"), receipt=None, owner=None)
    assert not midway(factories.observed(vm), Unfinished(marks={"app": "a mark"})), "a VM has a lock of its own"
    shown = factories.instance(factories.desired("x"), name=f"dvm-{name}", receipt=None, owner=None, message="a mark")
    assert not midway(factories.observed(shown), marked)
