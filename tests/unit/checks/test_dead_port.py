"""DVM316: a declared port is served by the VM's own process, or is reported."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dvm.checks.instances import dead_port
from dvm.model.check import CheckResult
from dvm.model.instance import Serving
from tests import factories
from tests.unit.checks.samples import orphan, subject

VM = factories.desired(ports=["3000:80", "5173"])


def found(serving: Serving | None, **changes: Any) -> list[CheckResult]:
    there = subject(VM)
    return dead_port.CHECK.run(replace(there, instance=replace(there.instance, serving=serving, **changes)))


@pytest.mark.parametrize(
    ("serving", "dead"),
    [
        (None, []),
        (Serving(frozenset({3000, 5173, 22})), []),
        (Serving(frozenset({3000, 5173}), {3000: "it said so once"}), []),
        (Serving(frozenset({3000})), [5173]),
        (Serving(frozenset()), [3000, 5173]),
        # Where there are no processes to look at, what Lima said counts.
        (Serving(None), []),
        (Serving(None, {5173: "in use"}), [5173]),
        (Serving(None, {9: "in use"}), []),
    ],
)
def test_a_port_that_the_vm_does_not_serve_denies(serving: Serving | None, dead: list[int]) -> None:
    results = found(serving)
    assert [result.subject for result in results] == ["vm.app"] * len(dead)
    for result, port in zip(results, dead, strict=True):
        assert result.denies
        assert f"No process of dvm-app serves port {port} on 127.0.0.1." in result.detail


def test_what_lima_said_of_it_is_shown() -> None:
    first, second = found(Serving(frozenset(), {5173: "address already in use"}))
    assert first.detail == "No process of dvm-app serves port 3000 on 127.0.0.1."
    assert second.detail.endswith("serves port 5173 on 127.0.0.1. Lima said: address already in use.")


def test_what_is_not_declared_or_not_forwarded_is_not_its_business() -> None:
    assert found(Serving(frozenset()), posture=None) == []
    there = subject(VM, forwards=())
    assert dead_port.CHECK.run(replace(there, instance=replace(there.instance, serving=Serving(frozenset())))) == []
    left = orphan()
    assert dead_port.CHECK.run(replace(left, instance=replace(left.instance, serving=Serving(frozenset())))) == []


def test_a_port_that_can_not_be_bound_denies_before_anything_is_made() -> None:
    assert list(dead_port.foreseen(VM, {})) == []
    assert list(dead_port.foreseen(VM, {80: "is taken", 22: "is taken"})) == []
    (result,) = dead_port.foreseen(VM, {3000: "is taken by node (4711)"})
    assert result.denies
    assert result.code == dead_port.CHECK.code
    assert result.summary == dead_port.CHECK.title
    assert result.subject == "vm.app"
    assert result.detail == "Port 3000 of the host is taken by node (4711), so vm.app could not forward it."
    assert result.remedy == 'End what listens there, or declare another one: ports = ["OTHER:80"].'
    both = dead_port.foreseen(VM, {5173: "may not be bound", 3000: "is taken"})
    assert [each.detail.split(",")[0] for each in both] == [
        "Port 3000 of the host is taken", "Port 5173 of the host may not be bound",
    ]  # fmt: skip
