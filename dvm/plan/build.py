"""The plan: every VM's change, the steps in order, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dvm.diagnostics import Diagnostic, Severity
from dvm.errors import UnknownVMError
from dvm.model.graph import order
from dvm.model.instance import Status
from dvm.model.names import PREFIX, vm_name
from dvm.model.plan import Action, Plan, Summary
from dvm.model.versions import is_released
from dvm.plan import change as changes
from dvm.plan.steps import has_work, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.plan import PlanOptions, ResourceChange, Step


def build_plan(
    manifest: Manifest,
    observed: Observed,
    options: PlanOptions,
    marks: Mapping[str, str],
    leftovers: frozenset[str] = frozenset(),
) -> Plan:
    """Return the plan that brings `observed` to `manifest`.

    `marks` are those of creates that have begun and have no receipt, by VM (`dvm.state.marks`); `leftovers` the
    VMs of whose instance a cut-off create or delete left only a part (`dvm.state.leftovers`).

    Raises:
        UnknownVMError: a VM is asked for that is neither in the manifest nor an orphan.
    """
    leftovers |= {
        name
        for instance in observed.instances.values()
        if (name := vm_name(instance.name)) is not None and instance.receipt is None and _is_remains(instance, marks)
    }
    managed, unmanaged = _sort(observed, leftovers)
    orphans = tuple(name for name in managed if name not in manifest.vms)
    _know((*options.targets, *options.replace), [*manifest.vms, *orphans], what=manifest.path.name)
    chosen = _chosen(manifest, orphans, options)
    planned = [
        change
        for name in sorted(chosen)
        if (change := _change(name, manifest.vms.get(name), managed.get(name), observed, options, marks, leftovers))
    ]
    return Plan(
        manifest.path,
        manifest.sha256,
        observed.limactl_version,
        options,
        changes=tuple(planned),
        steps=_ordered_steps(planned, options, manifest.settings.timeouts.start),
        unmanaged=tuple(unmanaged),
        orphans=orphans,
        diagnostics=(*manifest.warnings, *_unreleased(observed), *_obstacles(planned, options)),
        summary=_summary(planned),
    )


def _change(
    name: str,
    vm: DesiredVM | None,
    instance: Instance | None,
    observed: Observed,
    options: PlanOptions,
    marks: Mapping[str, str],
    leftovers: frozenset[str],
) -> ResourceChange | None:
    """Return what happens to one VM; None: it is an orphan that stays, or there is nothing to destroy."""
    deleted = name not in marks
    if options.destroy or vm is None:
        reason = changes.REMAINS_OF_DELETE if deleted else changes.REMAINS_OF_CREATE
        going = instance is not None and (options.destroy or options.prune)
        remains = reason if name in leftovers else ""
        return changes.destruction(name, instance, vm, remains=remains) if instance is not None and going else None
    if instance is None:
        stranger = observed.instances.get(vm.instance)
        return changes.creation(vm) if stranger is None else changes.name_taken(vm, stranger)
    if name in leftovers:
        return changes.creation(vm, remains=instance, deleted=deleted)
    return changes.replacement(vm, instance) if name in options.replace else changes.update(vm, instance, options)


def _sort(observed: Observed, leftovers: frozenset[str]) -> tuple[dict[str, Instance], list[str]]:
    managed: dict[str, Instance] = {}
    unmanaged: list[str] = []
    for instance in observed.instances.values():
        name = vm_name(instance.name)
        if name is not None and (instance.receipt is not None or name in leftovers):
            managed[name] = instance
        elif instance.name.startswith(PREFIX):
            unmanaged.append(instance.name)
    return managed, unmanaged


def _is_remains(instance: Instance, marks: Mapping[str, str]) -> bool:
    return (
        bool(instance.message)
        and instance.never_started
        and marks.get(vm_name(instance.name) or "") == instance.message
    )


def _know(asked: Iterable[str], known: list[str], *, what: str) -> None:
    for name in asked:
        if name not in known:
            raise UnknownVMError(name, known, place=what)


def _chosen(manifest: Manifest, orphans: tuple[str, ...], options: PlanOptions) -> set[str]:
    if not options.targets:
        return {*manifest.vms, *orphans}
    chosen: set[str] = set()
    waiting = [*options.targets, *options.replace]
    while waiting:
        name = waiting.pop()
        if name not in chosen:
            chosen.add(name)
            # What a VM depends on has to be up before it; to destroy one, nothing else has to go.
            if name in manifest.vms and not options.destroy:
                waiting.extend(manifest.vms[name].config.depends_on)
    return chosen


def _ordered_steps(planned: list[ResourceChange], options: PlanOptions, start_seconds: int) -> tuple[Step, ...]:
    by_name = {change.name: change for change in planned if change.action is not Action.NO_OP}
    before = _before(by_name)
    last: dict[str, str] = {}
    steps: list[Step] = []
    for name in order(before):
        needs = tuple(last[other] for other in sorted(before[name]) if other in last)
        own = steps_of(by_name[name], needs, discard_work=options.discard_work, start_seconds=start_seconds)
        if own:
            last[name] = own[-1].id
        steps.extend(own)
    return tuple(steps)


def _before(by_name: Mapping[str, ResourceChange]) -> dict[str, set[str]]:
    """For each VM, those whose steps come first: what it depends on, or, when it goes, what depends on it."""
    depends = {name: _depends_on(change) for name, change in by_name.items()}
    before: dict[str, set[str]] = {}
    for name, change in by_name.items():
        going = change.action is Action.DELETE
        if going:
            before[name] = {o for o, c in by_name.items() if c.action is Action.DELETE and name in depends[o]} - {name}
        else:
            before[name] = {
                other for other in depends[name] if other in by_name and by_name[other].action is not Action.DELETE
            }
    return before


def _depends_on(change: ResourceChange) -> set[str]:
    if change.desired is not None:
        return set(change.desired.config.depends_on)
    receipt = change.observed.receipt if change.observed else None
    return set(receipt.depends_on) if receipt else set()


def _unreleased(observed: Observed) -> Iterator[Diagnostic]:
    version = observed.limactl_version
    if version and not is_released(version):
        yield Diagnostic(
            Severity.WARNING,
            f"limactl {version} is a build that no release of Lima has.",
            "DVM is tested with releases, from 2.0 on. What it reads of Lima is checked all the same.",
        )


def _obstacles(planned: list[ResourceChange], options: PlanOptions) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for change in planned:
        going = change.action in {Action.DELETE, Action.REPLACE} and change.reason not in changes.REMAINS
        if not going or change.observed is None:
            continue
        verb = "replaced" if change.action is Action.REPLACE else "destroyed"
        if change.observed.protected or (change.desired is not None and change.desired.config.protect):
            found.append(
                Diagnostic(
                    Severity.ERROR,
                    f"{change.address} is protected and can't be {verb}.",
                    "Set protect = false in the manifest, apply that, and ask again.",
                    address=change.address,
                )
            )
        elif has_work(change.observed) and not options.discard_work and change.observed.status is not Status.RUNNING:
            found.append(
                Diagnostic(
                    Severity.ERROR,
                    f"{change.address} is not running, so DVM can't look for work that would be lost.",
                    f"Start it (`dvm start {change.name}`) and ask again, or give --discard-work to lose it.",
                    address=change.address,
                )
            )
    return found


def _summary(planned: list[ResourceChange]) -> Summary:
    count = Counter(change.action for change in planned)
    return Summary(
        add=count[Action.CREATE],
        change=count[Action.UPDATE],
        replace=count[Action.REPLACE],
        destroy=count[Action.DELETE],
        setup=sum(len(change.scripts) for change in planned),
    )
