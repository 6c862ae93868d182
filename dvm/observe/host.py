"""One look at the host's Lima. Asks limactl once; changes nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.lima.home import AGENT_FILE, CONFIG, changed_at
from dvm.model.evidence import Role
from dvm.model.instance import Instance, Observed, Status
from dvm.model.names import base_name, vm_name
from dvm.observe.egress import egress_of
from dvm.observe.images import is_intact
from dvm.observe.owners import Owners
from dvm.state.receipts import read_receipt

if TYPE_CHECKING:
    from dvm.lima.client import Reader
    from dvm.lima.machine import Machine

# From the host agent's start to the driver's; under emulation on a busy machine it takes a few seconds.
_BOOT_SECONDS = 60.0


def observe(reader: Reader) -> Observed:
    """Return every instance with our receipts.

    Raises:
        LimaError: limactl is too old, failed, or answered with what is not its format.
    """
    instances = reader.instances()
    version = reader.version()
    owners, machine = Owners(), reader.machine
    found = {name: with_receipt(machine, instances[name], owners) for name in sorted(instances)}
    return Observed(machine.home.path, version, found)


def with_late_receipts(machine: Machine, observed: Observed) -> Observed:
    """Return the look with the receipts that instances got since it was made; to be called when marks were read.

    Another DVM that creates an instance takes its mark away when it has written the receipt. Between this look and
    that at the marks it may have done both, and the instance would be nobody's.
    """
    owners = Owners()
    late = {
        name: with_receipt(machine, instance, owners)
        for name, instance in observed.instances.items()
        if instance.receipt is None
    }
    return replace(observed, instances={**observed.instances, **late}) if late else observed


def observe_one(reader: Reader, instance: str) -> Instance | None:
    """Return one instance as it is now, with our receipt; None: there is none of that name."""
    found = reader.instances(instance).get(instance)
    return None if found is None else with_receipt(reader.machine, found, Owners())


def _boots(machine: Machine, instance: Instance) -> bool:
    if instance.status is not Status.BROKEN or not instance.agent_pid or instance.driver_pid:
        return False
    began = changed_at(machine.home, instance.dir / AGENT_FILE)
    return began is not None and 0 <= time.time() - began < _BOOT_SECONDS


def with_receipt(machine: Machine, instance: Instance, owners: Owners) -> Instance:
    """Return the instance with our receipt, where it can have one."""
    if vm_name(instance.name) is None and base_name(instance.name) is None:
        return instance
    home = machine.home
    receipt, problem = read_receipt(home, instance.dir, instance.name)
    runs = receipt is not None and instance.status is Status.RUNNING
    if receipt is not None and receipt.image is not None:
        instance = replace(instance, intact=is_intact(home, replace(instance, receipt=receipt)))
    return replace(
        instance,
        receipt=receipt,
        receipt_problem=problem,
        owner=None if receipt is None else owners.of(receipt),
        # Lima writes the one when it starts an instance, and leaves the other alone while it runs.
        booted=changed_at(home, instance.dir / AGENT_FILE) if runs else None,
        written=changed_at(home, instance.dir / CONFIG) if runs else None,
        boots=_boots(machine, instance),
        egress=None if receipt is None else egress_of(machine, instance),
        file=None if receipt is None else home.evidence(instance.dir / CONFIG, Role.LIMA_FILE, limit=0),
    )
