"""Starting and stopping VMs by hand: the plans of `dvm start` and `dvm stop`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.model import intent as to
from dvm.model.graph import order
from dvm.model.instance import Status
from dvm.model.names import address
from dvm.model.plan import (
    STARTED,
    STOPPED,
    Action,
    AttributeChange,
    Effect,
    Plan,
    ResourceChange,
    Step,
    Summary,
)
from dvm.plan.change import code_moves, guest_differs, waits_for_renewal
from dvm.plan.setup import scripts_to_run
from dvm.plan.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.plan import PlanOptions


def start_plan(
    manifest: Manifest, observed: Observed, options: PlanOptions, instances: Mapping[str, Instance], *, seconds: int
) -> Plan:
    """Return the plan that boots `instances` (by VM), all of which are managed.

    It changes nothing else: drift stays for an apply. But a VM that was never bootstrapped, or that the manifest
    wants stopped, gets what waited for this start: bootstrap and setup scripts.
    """
    options = replace(options, start=True)
    changes = {name: _start(name, instance, manifest.vms.get(name)) for name, instance in sorted(instances.items())}
    steps: list[Step] = []
    last: dict[str, str] = {}
    needs = {name: _needs(name, manifest, changes) for name in changes}
    for name in order(needs):
        own = _steps(changes[name], tuple(last[other] for other in sorted(needs[name]) if other in last), seconds)
        if own:
            last[name] = own[-1].id
        steps.extend(own)
    return _plan(manifest, observed, options, changes, steps)


def stop_plan(manifest: Manifest, observed: Observed, options: PlanOptions, instances: Mapping[str, Instance]) -> Plan:
    """Return the plan that shuts `instances` (by VM) down, each after those that depend on it; all are managed."""
    options = replace(options, stop=True)
    changes = {name: _stop(name, instance, manifest.vms.get(name)) for name, instance in sorted(instances.items())}
    dependents: dict[str, set[str]] = {name: set() for name, change in changes.items() if change.stops}
    for name in dependents:
        for other in _depends_on(name, manifest, instances[name]):
            if other in dependents:
                dependents[other].add(name)
    steps = [
        Step(
            f"{address(name)}/stop",
            address(name),
            to.Stop(instances[name].name, force=instances[name].status is not Status.RUNNING),
            tuple(f"{address(other)}/stop" for other in sorted(dependents[name])),
        )
        for name in order(dependents)
    ]
    return _plan(manifest, observed, options, changes, steps)


def _plan(
    manifest: Manifest,
    observed: Observed,
    options: PlanOptions,
    changes: Mapping[str, ResourceChange],
    steps: Sequence[Step],
) -> Plan:
    acting = [change for change in changes.values() if change.action is not Action.NO_OP]
    return Plan(
        manifest.path,
        manifest.sha256,
        observed.limactl_version,
        options,
        changes=tuple(changes.values()),
        steps=tuple(steps),
        owner=manifest.place,
        summary=Summary(change=len(acting), setup=sum(len(change.scripts) for change in acting)),
    )


def _stop(name: str, instance: Instance, vm: DesiredVM | None) -> ResourceChange:
    stops = instance.status is not Status.STOPPED
    return ResourceChange(
        address(name),
        name,
        instance.name,
        Action.UPDATE if stops else Action.NO_OP,
        reason=STOPPED if stops else "",
        changes=(AttributeChange("running", old=True, new=False, effect=Effect.STOP),) if stops else (),
        stops=stops,
        # Its scripts and template are not this command's to judge.
        desired=vm and replace(vm, scripts=(), template_file=None),
        observed=instance,
    )


def _start(name: str, instance: Instance, vm: DesiredVM | None) -> ResourceChange:
    receipt = instance.receipt
    boots = instance.status is not Status.RUNNING
    never = receipt is None or receipt.bootstrap is None
    waits = vm is not None and (never or not vm.config.running)
    runs = scripts_to_run(vm, receipt) if vm is not None and waits else ()
    if vm is not None and not runs:
        # What does not run is not this command's to judge.
        vm = replace(vm, scripts=(), template_file=None)
    bootstraps = vm is not None and (never or (not vm.config.running and guest_differs(vm, instance)))
    moves = code_moves(vm, instance) if vm is not None else ()
    acts = boots or bootstraps or bool(runs) or bool(moves)
    return ResourceChange(
        address(name),
        name,
        instance.name,
        Action.UPDATE if acts else Action.NO_OP,
        reason=STARTED if acts else "",
        changes=((AttributeChange("running", old=False, new=True, effect=Effect.BOOT),) if boots else ()) + moves,
        scripts=runs if acts else (),
        boots=boots,
        bootstraps=bootstraps,
        renews=bootstraps and waits_for_renewal(instance),
        desired=vm,
        observed=instance,
    )


def _steps(change: ResourceChange, needs: tuple[str, ...], seconds: int) -> tuple[Step, ...]:
    if change.action is Action.NO_OP:
        return ()
    if change.desired is None:
        return (Step(f"{change.address}/start", change.address, to.Start(change.instance, seconds), needs),)
    steps: list[Step] = []
    for step in steps_of(change, needs, start_seconds=seconds):
        # Only an apply makes sure that the configuration is what the manifest wants. That it is safe is checked
        # right before the start in any case.
        if not isinstance(step.intent, to.Verify):
            steps.append(replace(step, needs=(steps[-1].id,) if steps else needs))
    return tuple(steps)


def _needs(name: str, manifest: Manifest, changes: Mapping[str, ResourceChange]) -> set[str]:
    vm = manifest.vms.get(name)
    return {other for other in vm.config.depends_on if other in changes} if vm else set()


def _depends_on(name: str, manifest: Manifest, instance: Instance) -> tuple[str, ...]:
    if name in manifest.vms:
        return manifest.vms[name].config.depends_on
    return instance.receipt.depends_on if instance.receipt else ()
