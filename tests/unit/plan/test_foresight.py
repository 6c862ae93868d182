"""What the host can't give, and what a plan says of the templates of VMs that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dvm.diagnostics import Severity
from dvm.lima.template import parse_template
from dvm.model.plan import Plan, PlanOptions
from dvm.plan.build import build_plan
from dvm.plan.foresight import HostFacts, foresee
from dvm.plan.templates import outdated, with_templates
from dvm.state.unfinished import Unfinished
from tests.factories import desired, instance, manifest, observed, receipt

GIB = 1 << 30
HOST = HostFacts(memory=8 * GIB, free_disk=100 * GIB, lima_home=Path("/l"), drivers=frozenset({"qemu"}))
DOCKER = parse_template("template:docker", b"provision: [{script: one}]\nvmType: qemu\n")


def plan(vms: Any, there: Any = ()) -> Plan:
    return build_plan(manifest(*vms), observed(*there), PlanOptions(), Unfinished())


@pytest.mark.parametrize(
    ("config", "template", "found"),
    [
        ({}, b"{}", []),
        ({"memory": "8GiB"}, b"{}", []),
        ({"memory": "9GiB"}, b"{}", ["vm.app wants 9GiB of memory"]),
        ({"vm_type": "vz"}, b"{}", ['vm.app wants the driver "vz"']),
        ({}, b"vmType: vz", ['vm.app wants the driver "vz"']),
        ({"vm_type": "qemu"}, b"vmType: vz", []),
        ({"disk": "101GiB"}, b"{}", ["The new VMs may fill 101GiB"]),
    ],
)
def test_each_of_its_limits_is_seen(config: dict[str, Any], template: bytes, found: list[str]) -> None:
    read = parse_template("template:x", template)
    seen = list(foresee(with_templates(plan([desired("app", **config)]), {"app": read}), HOST))
    assert [each.summary[: len(text)] for each, text in zip(seen, found, strict=True)] == found
    assert all((each.severity is Severity.WARNING) == ("fill" in each.summary) for each in seen)


def test_a_vm_that_stays_as_it_is_is_not_judged() -> None:
    vm = desired("app", memory="9GiB")
    assert not list(foresee(plan([vm], [instance(vm)]), HOST))


def test_only_a_vm_of_another_lima_is_looked_at_again() -> None:
    vm = desired("app", template="template:docker")

    def made(**changes: Any) -> Plan:
        return plan([vm], [instance(vm, receipt=receipt(vm, **changes))])

    assert not list(outdated(made()))
    assert not list(outdated(made(provisioned_by="2.2.0")))
    old = made(provisioned_by="2.1.0")
    assert list(outdated(old)) == [vm]
    assert "brings other scripts since Lima 2.1.0" in with_templates(old, {"app": DOCKER}).changes[0].notes[-1]
    same = made(provisioned_by="2.1.0", provisioning=DOCKER.records)
    assert with_templates(same, {"app": DOCKER}) == same
    assert not with_templates(old, {"app": DOCKER}).has_changes


def test_a_template_is_of_the_vms_that_are_made_of_it() -> None:
    made = with_templates(plan([desired("app", template="template:docker")]), {"app": DOCKER})
    assert made.changes[0].template is DOCKER
    assert replace(made.changes[0], template=None) == plan([desired("app", template="template:docker")]).changes[0]
