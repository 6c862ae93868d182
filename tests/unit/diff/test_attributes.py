"""A key that Lima's configuration has: what DVM writes there is what it reads, and is DVM's to decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dvm.diff.attributes import ATTRIBUTES, Attribute
from dvm.lima.calls import create
from dvm.lima.fields.field import Decider
from dvm.lima.fields.table import FIELDS
from dvm.lima.listing import parse_listing
from dvm.lima.settings import settings
from dvm.model.intent import Create
from dvm.model.units import parse_size
from dvm.model.vm import VM
from tests.factories import desired
from tests.keys import WRITTEN

if TYPE_CHECKING:
    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM

IN_LIMA = [each for each in ATTRIBUTES if each.lima and each.name in VM.model_fields]


def made(vm: DesiredVM) -> Instance:
    """Return the instance that Lima would list with what DVM sets, and with the flags of a create."""
    config: dict[str, Any] = {}
    for path, value in settings(vm).items():
        *heads, last = path.removeprefix(".").split(".")
        place = config
        for key in heads:
            place = place.setdefault(key, {})
        place[last] = value
    line = {
        "name": vm.instance,
        "dir": f"/l/{vm.instance}",
        "status": "Stopped",
        "vmType": vm.config.vm_type or "qemu",
        "arch": vm.config.arch or "x86_64",
        "cpus": config["cpus"],
        "memory": parse_size(config["memory"]),
        "disk": parse_size(config["disk"]),
        "config": config,
    }
    return parse_listing(json.dumps(line).encode())[vm.instance]


@pytest.mark.parametrize("row", IN_LIMA, ids=lambda row: row.name)
def test_what_is_written_is_what_is_read(row: Attribute) -> None:
    usual, vm = desired(), desired(**{"isolation": "standard", row.name: WRITTEN[row.name]})
    assert row.desired(vm) != row.desired(usual)
    assert row.observed(made(vm)) == row.desired(vm)


@pytest.mark.parametrize("row", IN_LIMA, ids=lambda row: row.name)
def test_a_create_says_it(row: Attribute) -> None:
    usual = desired() if row.name == "isolation" else desired(isolation="standard")
    vm = desired(**{"isolation": "standard", row.name: WRITTEN[row.name]})
    assert create(Create(vm), "m") != create(Create(usual), "m")


@pytest.mark.parametrize("row", IN_LIMA, ids=lambda row: row.name)
def test_nobody_has_to_vouch_for_what_the_manifest_says(row: Attribute) -> None:
    """DVM314 would refuse the VM otherwise."""
    path = ".".join(row.lima)
    fields = [field for field in FIELDS if field.path.replace("[]", "").replace("{}", "") == path]
    assert fields
    assert {field.decider for field in fields} <= {Decider.DVM, Decider.HARMLESS}
