"""What the host can't give, found before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.diagnostics import Diagnostic, Severity
from dvm.model.plan import Action
from dvm.model.units import format_size
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.model.plan import Plan, ResourceChange


class HostFacts(Struct, frozen=True):
    """What this machine has: memory and free disk in bytes, and Lima's drivers (None: nobody asked for one by name)."""

    memory: int
    free_disk: int
    lima_home: Path
    drivers: frozenset[str] | None = None


def driver_of(change: ResourceChange) -> str:
    """Return the driver that a VM to be made asks for by name, itself or by its template; empty: Lima chooses."""
    assert change.desired is not None
    declared = change.template.declared.get("vmType") if change.template is not None else None
    return change.desired.config.vm_type or (declared if isinstance(declared, str) else "")


def foresee(plan: Plan, host: HostFacts) -> Iterator[Diagnostic]:
    """Yield what would make an apply fail for want of something that the host has not; disk space is a warning."""
    for change in plan.changes:
        vm = change.desired
        if vm is None or change.action in (Action.NO_OP, Action.DELETE):
            continue
        if vm.config.memory > host.memory:
            yield Diagnostic(
                Severity.ERROR,
                f"{vm.address} wants {format_size(vm.config.memory)} of memory, and this host has less.",
                f"It has {format_size(host.memory >> 20 << 20)} in all. Set `memory` below that.",
                vm.locations.get("memory"),
                vm.address,
            )
    if host.drivers is not None:
        for change in plan.made:
            yield from _driver(change, host.drivers)
    wanted = sum(change.desired.config.disk for change in plan.made if change.desired is not None)
    if wanted > host.free_disk:
        yield Diagnostic(
            Severity.WARNING,
            f"The new VMs may fill {format_size(wanted)}, and less is free under {visible(str(host.lima_home))}.",
            "Their disks grow as they fill. `dvm doctor` shows how much is free.",
        )


def _driver(change: ResourceChange, drivers: frozenset[str]) -> Iterator[Diagnostic]:
    vm, driver = change.desired, driver_of(change)
    if vm is None or not driver or driver in drivers:
        return
    there = ", ".join(sorted(drivers)) or "none"
    if vm.config.vm_type:
        place, what = "vm_type", "Leave `vm_type` out for Lima's choice."
    else:
        place, what = "template", f"The template {visible(vm.config.template)} names it; name another template."
    yield Diagnostic(
        Severity.ERROR,
        f'{vm.address} wants the driver "{visible(driver)}", which this host can not run.',
        f"Lima has here: {visible(there)}. {what}",
        vm.locations.get(place),
        vm.address,
    )
