"""Which VMs are cloned from a base, which bases are built for that, and which built ones nobody needs any more.

A base is a cache: whether there is one decides how a VM is made and never what it becomes.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Severity
from dvm.diff.attributes import desired_attributes
from dvm.lima.fields.drift import differences
from dvm.model.choices import Isolation, Run
from dvm.model.names import PREFIX, base_name
from dvm.model.owner import Ownership, ownership
from dvm.model.plan import Action, CloneOf, ResourceChange, ScriptRun, Summary
from dvm.plan.base_key import key_of, recipe_of
from dvm.plan.change import BASE_NEEDED, REBUILD_REQUESTED, REMAINS_OF_BUILD, first_start, setup_attributes
from dvm.plan.egress import provisioned_under_it, who_holds
from dvm.plan.setup import without_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import DesiredBase, DesiredVM, Manifest
    from dvm.model.plan import Plan, PlanOptions
    from dvm.model.template import Template


class Builder(Struct):
    """Decides for one plan, each base once.

    `remains` are the names of instances of which a build that was cut off left a part; `mine`: the manifest, a path
    without links, whose built bases may be deleted.
    """

    observed: Observed
    options: PlanOptions
    remains: frozenset[str]
    manifest: Manifest
    changes: dict[str, ResourceChange] = field(default_factory=dict)
    """The bases that are built, by instance."""
    _decided: dict[str, CloneOf | str] = field(default_factory=dict)

    def with_origin(self, change: ResourceChange) -> ResourceChange:
        """Return the change that makes a VM or a base, with the base that it is cloned from if there can be one.

        A base that can't be had is named in a note, with the reason.
        """
        vm, template = change.desired, change.template
        if vm is None or template is None:
            return change
        notes: list[str] = []
        for base in bases_of(vm):
            if not base.image:
                continue
            found = why_not_cloned(vm, base) or self.base(base, template)
            if isinstance(found, CloneOf):
                there = {script.name for script in found.base.scripts}
                all_of_them, left = first_start(len(vm.scripts)), sum(each.name not in there for each in vm.scripts)
                return replace(
                    change,
                    origin=found,
                    scripts=_scripts(vm, found.base) if change.boots else (),
                    renews=change.boots,
                    # What ran in the base does not wait for the first start of its clone.
                    notes=(*(first_start(left) if each == all_of_them else each for each in change.notes), *notes),
                )
            notes.append(f"It is not cloned from {base.address}: {found}.")
        return replace(change, notes=(*change.notes, *notes))

    def rebuilding(self, base: DesiredBase, template: Template) -> Diagnostic | None:
        """Have a base built anew, whether or not a VM needs it; return what blocks that."""
        found = self.base(base, template, anew=True)
        if isinstance(found, CloneOf):
            return None
        owner = self.observed.instances[base.keyed(key_of(base, template)).instance].owner
        if owner is None:
            remedy = "Give the base another name, or delete that instance with limactl."
        else:
            itself = f"dvm apply --rebuild-base {base.title} -f {shlex.quote(str(owner.path))}"
            remedy = f"Its own manifest does it: `{itself}`."
        summary = f"{base.address} can't be built anew: {found}."
        return Diagnostic(Severity.ERROR, summary, remedy, address=base.address)

    def base(self, base: DesiredBase, template: Template, *, anew: bool = False) -> CloneOf | str:
        """Return a base as a VM is cloned from it, which is built if it has to be; a clause: why it can't be had."""
        keyed = base.keyed(key_of(base, template))
        if keyed.instance not in self._decided:
            self._decided[keyed.instance] = self._decide(keyed, template, anew=anew)
        return self._decided[keyed.instance]

    def _decide(self, base: DesiredBase, template: Template, *, anew: bool) -> CloneOf | str:
        instance = self.observed.instances.get(base.instance)
        if instance is not None and not anew and is_usable(instance, base):
            assert instance.receipt is not None
            assert instance.receipt.image is not None
            return CloneOf(base, instance.receipt.image.sealed)
        if instance is not None and (blocked := self._not_ours(instance, anew=anew)):
            return blocked
        change = self.with_origin(_build(base, template, instance, anew=anew and instance is not None))
        self.changes[base.instance] = change
        return CloneOf(base)

    def _not_ours(self, instance: Instance, *, anew: bool) -> str:
        if instance.receipt is None:
            known = instance.name.removeprefix(PREFIX) in self.remains
            return "" if known else f"the instance {instance.name} is there, and DVM did not build it"
        if ownership(instance, self.manifest.place) is Ownership.OTHERS:
            assert instance.owner is not None
            changed = "" if anew else "is not as it was built, and "
            return f"{instance.name} {changed}is managed by {instance.owner.path}"
        return ""


def bases_of(vm: DesiredVM) -> Iterator[DesiredBase]:
    """Yield the bases of a VM or a base, its own one first."""
    base = vm.base
    while base is not None:
        yield base
        base = base.base


def why_not_cloned(vm: DesiredVM, base: DesiredBase) -> str:
    """Return why a VM's own keys make it another one than a clone of that base would be; empty: they do not."""
    mine, its = vm.config, base.config
    for key in ("template", "arch", "vm_type", "user", "sudo", "subuid_count", "subgid_count"):
        if getattr(mine, key) != getattr(its, key):
            return f"it has another {key}"
    if vm.template_sha256 != base.template_sha256:
        return "its template has another content"
    if its.isolation is Isolation.STANDARD and mine.isolation is Isolation.STRICT:
        return "Lima's guest agent would stay in it, which a strict VM does not have"
    if mine.disk < its.disk:
        return "its disk is smaller"
    return ""


def is_usable(instance: Instance, base: DesiredBase) -> bool:
    """Whether an instance is that base, built to its end, and nobody touched it since."""
    image = instance.receipt.image if instance.receipt is not None else None
    return image is not None and image.key == base.key and instance.intact and not differences(instance)


def unneeded(manifest: Manifest, built: Mapping[str, Instance]) -> list[str]:
    """Return the names (`base.NAME-KEY`) of the built bases of a manifest that it does not declare as they are.

    Of several that fit a declaration, which no template was read to tell apart, the one built last is needed.
    """
    wanted: dict[str, tuple[float, str]] = {}
    for name, instance in built.items():
        image = instance.receipt.image if instance.receipt is not None else None
        title = base_name(instance.name) or ""
        declared = manifest.bases.get(title)
        if declared is None:
            if manifest.unread or not manifest.complete:
                wanted[name] = (0.0, name)  # it may well be declared, could that be read
        elif image is not None and declared.image and image.recipe == recipe_of(declared):
            wanted[title] = max(wanted.get(title, (0.0, "")), (image.sealed.timestamp(), name))
    kept = {name for _, name in wanted.values()}
    return sorted(name for name in built if name not in kept)


def is_build(change: ResourceChange) -> bool:
    """Whether a base is built because a VM needs it."""
    return change.is_base and change.action is Action.CREATE


def without_builds(plan: Plan) -> Plan:
    """Return a plan without the builds of the bases that it needs, which another apply may do first.

    Which bases VMs are cloned from stays in it, by their keys; that one is there already makes no other plan of it.
    """
    kept = [change for change in plan.changes if not is_build(change)]
    gone = {change.address for change in plan.changes} - {change.address for change in kept}
    return replace(
        plan,
        changes=tuple(
            replace(each, origin=replace(each.origin, built=None)) if each.origin is not None else each for each in kept
        ),
        steps=tuple(
            replace(step, needs=tuple(need for need in step.needs if need.rpartition("/")[0] not in gone))
            for step in plan.steps
            if step.address not in gone
        ),
        orphans=tuple(name for name in plan.orphans if not name.startswith("base.")),
        summary=Summary(),
    )


def _build(base: DesiredBase, template: Template, instance: Instance | None, *, anew: bool) -> ResourceChange:
    notes: tuple[str, ...] = ()
    if instance is not None and not anew:
        image = instance.receipt.image if instance.receipt is not None else None
        what = (
            "An earlier build was cut off"
            if image is None
            else "Its disk or its configuration changed since it was built"
        )
        notes = (f"{what}: what is there is deleted first.",)
    notes = (*notes, *who_holds(base, None), *provisioned_under_it(base, template))
    reason = REBUILD_REQUESTED if anew else BASE_NEEDED if instance is None else REMAINS_OF_BUILD
    return ResourceChange(
        base.address,
        base.name,
        base.instance,
        Action.REPLACE if anew else Action.CREATE,
        reason=reason,
        after=setup_attributes(desired_attributes(base), base.scripts),
        scripts=without_record(base.scripts),
        boots=True,
        bootstraps=True,
        notes=notes,
        desired=base,
        observed=instance,
        template=template,
    )


def _scripts(vm: DesiredVM, base: DesiredBase) -> tuple[ScriptRun, ...]:
    """Return what runs in a clone: what did not run in the base, and what runs in every apply."""
    there = {script.name for script in base.scripts}
    first = {run.script.name: run for run in without_record(vm.scripts)}
    return tuple(
        first[script.name] if script.name not in there else replace(first[script.name], reason="runs every time")
        for script in vm.scripts
        if script.name not in there or script.entry.run is Run.ALWAYS
    )
