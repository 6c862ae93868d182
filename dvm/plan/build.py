"""The plan: every VM's change, the steps in order, and what blocks it."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import ElsewhereError, UnknownVMError, UsageError
from dvm.model.names import PREFIX, address, instance_name, is_base
from dvm.model.plan import Action, Plan, Summary
from dvm.plan import change as changes
from dvm.plan.obstacles import obstacles, unreleased
from dvm.plan.ordering import ordered_steps
from dvm.plan.sort import sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dvm.diagnostics import Diagnostic
    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.plan import PlanOptions, ResourceChange
    from dvm.model.template import Template
    from dvm.plan.sort import Sorted
    from dvm.state.renames import Renaming
    from dvm.state.unfinished import Unfinished


def build_plan(
    manifest: Manifest,
    observed: Observed,
    options: PlanOptions,
    unfinished: Unfinished,
) -> Plan:
    """Return the plan that brings `observed` to `manifest`, and ends what is `unfinished`.

    Raises:
        UnknownVMError: a VM is asked for that is neither in the manifest nor an orphan.
        ElsewhereError: a VM is asked for that belongs to another manifest, and is not declared in this one.
        UsageError: a VM is to be replaced that the manifest does not declare; a base is named as a VM.
    """
    leftovers = _leftovers(observed, unfinished)
    there = sort(observed, leftovers, manifest.place)
    renames = _going_on(unfinished.renames, manifest, observed, there)
    bases = _unneeded(manifest, there)
    ending = sorted(there.bases) if options.destroy else bases
    undeclared = [name for name in there.managed if name not in manifest.vms]
    thrown = tuple(name for name in undeclared if name in unfinished.ephemerals or _is_ephemeral(there.managed[name]))
    undeclared = [name for name in undeclared if name not in thrown]
    # What the manifest may well declare, could it be read, is no orphan.
    unread = tuple(name for name in undeclared if name in manifest.unread or not manifest.complete)
    orphans = (*(name for name in undeclared if name not in unread), *bases)
    strays = {name: made_by for name, made_by in there.free.items() if name in orphans}
    known = [*manifest.vms, *orphans, *unread, *thrown]
    _demand_declared(options.replace, manifest, known, thrown)
    _know((*options.targets, *options.replace), [*known, *ending], there.elsewhere, what=manifest.path.name)
    # Of an orphan that another manifest made nobody can say that it is no longer wanted: it has to be named.
    chosen = _chosen(manifest, [name for name in (*orphans, *ending) if name not in there.free], options)
    planned = [
        change
        for name in sorted(chosen)
        if (
            change := _renaming(manifest.vms[name], renames[name], observed)
            if name in renames
            else _change(name, manifest, there, observed, options, unfinished.marks, leftovers)
        )
    ]
    going = [name for name in ending if name in chosen and (options.prune or options.destroy)]
    planned += (_base_destruction(name, there.bases[name], requested=options.destroy) for name in going)
    about_work: tuple[Diagnostic, ...] = ()
    if unfinished.kept or options.keep_work:
        from dvm.plan.kept_work import with_kept_work

        planned, about_work = with_kept_work(planned, unfinished.kept, manifest, options, leftovers)
    if lost := {name: there.managed[name] for name in orphans if name in there.managed and name not in strays}:
        from dvm.plan.rename import with_hints

        planned = with_hints(planned, lost)
    return Plan(
        manifest.path,
        manifest.sha256,
        observed.limactl_version,
        options,
        changes=tuple(planned),
        steps=ordered_steps(planned, options, manifest.settings.timeouts.start, renames),
        owner=manifest.place,
        unmanaged=tuple(there.unmanaged),
        orphans=orphans,
        ephemerals=thrown,
        strays=strays,
        unread=unread,
        elsewhere=there.elsewhere,
        diagnostics=(
            *manifest.warnings,
            *unreleased(observed),
            *obstacles(planned, options, manifest.path),
            *about_work,
        ),
        summary=_summary(planned),
    )


def _going_on(
    renames: Mapping[str, Renaming], manifest: Manifest, observed: Observed, there: Sorted
) -> Mapping[str, Renaming]:
    """Return the renames that have not ended, and leave out of `there` what is there of their VMs."""
    if not renames:
        return {}
    from dvm.plan.rename import unended

    found = unended(renames, manifest, observed)
    for renaming in found.values():
        there.forget(renaming.old, renaming.new)
    return found


def _renaming(vm: DesiredVM, renaming: Renaming, observed: Observed) -> ResourceChange:
    from dvm.plan.rename import renaming_change

    return renaming_change(vm, renaming, observed)


def with_bases(
    plan: Plan,
    manifest: Manifest,
    observed: Observed,
    unfinished: Unfinished,
    templates: Mapping[str, Template],
) -> Plan:
    """Return a plan whose templates are known with the bases that it clones from, and the builds of those.

    `templates` are those of the bases that the options have built anew, by name.
    """
    if (
        not any(change.desired is not None and change.desired.base is not None for change in plan.made)
        and not templates
    ):
        return plan
    from dvm.plan.bases import Builder, bases_of

    builder = Builder(observed, plan.options, _leftovers(observed, unfinished), manifest)
    # A base below another one first: what is built on it is built on the new one.
    rebuilt = sorted(
        (manifest.bases[name] for name in plan.options.rebuild if name in templates),
        key=lambda base: sum(1 for _ in bases_of(base)),
    )
    blocked = tuple(builder.rebuilding(base, templates[base.title]) for base in rebuilt)
    plan = replace(plan, diagnostics=(*plan.diagnostics, *filter(None, blocked)))
    made = {Action.CREATE, Action.REPLACE}
    changes = [builder.with_origin(change) if change.action in made else change for change in plan.changes]
    if not builder.changes and changes == list(plan.changes):
        return plan
    # What is needed now is no longer to be deleted.
    changes = [change for change in changes if change.instance not in builder.changes]
    changes = [*sorted(builder.changes.values(), key=attrgetter("name")), *changes]
    orphans = tuple(name for name in plan.orphans if instance_name(name) not in builder.changes)
    return with_changes(replace(plan, orphans=orphans), changes, manifest, observed, unfinished)


def with_changes(
    plan: Plan, made: Sequence[ResourceChange], manifest: Manifest, observed: Observed, unfinished: Unfinished
) -> Plan:
    """Return the plan with other changes, the steps that carry them out, and their counts."""
    from dvm.plan.rename import unended

    renames = unended(unfinished.renames, manifest, observed) if unfinished.renames else {}
    steps = ordered_steps(made, plan.options, manifest.settings.timeouts.start, renames)
    return replace(plan, changes=tuple(made), steps=steps, summary=_summary(made))


def _unneeded(manifest: Manifest, there: Sorted) -> tuple[str, ...]:
    if not there.bases:
        return ()
    from dvm.plan.bases import unneeded

    return tuple(unneeded(manifest, there.bases))


def _leftovers(observed: Observed, unfinished: Unfinished) -> frozenset[str]:
    """Return those of whose instance only a part is there, those of cut-off creates among them."""
    return unfinished.leftovers | {
        instance.name.removeprefix(PREFIX)
        for instance in observed.instances.values()
        if instance.receipt is None and _is_remains(instance, unfinished.marks)
    }


def _base_destruction(name: str, instance: Instance, *, requested: bool) -> ResourceChange:
    change = changes.destruction(name, instance, None, requested=requested)
    return replace(change, address=name)


def _change(  # noqa: PLR0911 - one state of the VM a line
    name: str,
    manifest: Manifest,
    there: Sorted,
    observed: Observed,
    options: PlanOptions,
    marks: Mapping[str, str],
    leftovers: frozenset[str],
) -> ResourceChange | None:
    """Return what happens to one VM; None: it is an orphan that stays, or there is nothing to destroy."""
    vm, instance = manifest.vms.get(name), there.managed.get(name)
    deleted = name not in marks
    if vm is not None and name in there.elsewhere:
        return changes.managed_elsewhere(vm, observed.instances[vm.instance], there.elsewhere[name])
    if options.destroy or vm is None:
        reason = changes.REMAINS_OF_DELETE if deleted else changes.REMAINS_OF_CREATE
        going = instance is not None and (options.destroy or options.prune)
        if instance is None or not going:
            return None
        known = vm is not None or name in manifest.unread or not manifest.complete
        requested = known or _is_ephemeral(instance)
        return changes.destruction(name, instance, vm, requested=requested, remains=reason if name in leftovers else "")
    if instance is None:
        stranger = observed.instances.get(vm.instance)
        return changes.creation(vm) if stranger is None else changes.name_taken(vm, stranger)
    if name in leftovers:
        return changes.creation(vm, remains=instance, deleted=deleted)
    if name in options.replace:
        return changes.replacement(vm, instance)
    return changes.update(vm, instance, options, owner=manifest.place if name in there.free else None)


def _is_ephemeral(instance: Instance) -> bool:
    return instance.receipt is not None and instance.receipt.ephemeral


def _is_remains(instance: Instance, marks: Mapping[str, str]) -> bool:
    return (
        bool(instance.message)
        and instance.never_started
        and marks.get(instance.name.removeprefix(PREFIX)) == instance.message
    )


def _demand_declared(asked: Iterable[str], manifest: Manifest, known: Sequence[str], thrown: Sequence[str]) -> None:
    """See that what is to be replaced is declared: of another VM nobody knows what would take its place."""
    for name in asked:
        if name in known and name not in manifest.vms:
            gone = f"dvm rm {name}" if name in thrown else f"dvm apply --prune {name}"
            raise UsageError(
                f"{address(name)} is not declared in {manifest.path.name}, so nothing can take its place.",
                remedy=f"Declare it, or destroy it: {gone}",
            )


def _know(asked: Iterable[str], known: list[str], elsewhere: Mapping[str, str], *, what: str) -> None:
    for name in asked:
        if name not in known:
            if name in elsewhere:
                raise ElsewhereError(name, elsewhere[name])
            if is_base(name):
                raise UsageError(
                    f"{name} is a base, and here VMs are named.",
                    remedy="`dvm plan` shows what becomes of bases; `dvm apply --rebuild-base NAME` builds one anew.",
                )
            raise UnknownVMError(name, known, place=what)


def _chosen(manifest: Manifest, orphans: Sequence[str], options: PlanOptions) -> set[str]:
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


def _summary(planned: Sequence[ResourceChange]) -> Summary:
    count = Counter(change.action for change in planned)
    return Summary(
        add=count[Action.CREATE],
        change=count[Action.UPDATE],
        replace=count[Action.REPLACE],
        destroy=count[Action.DELETE],
        setup=sum(len(change.scripts) for change in planned),
    )
