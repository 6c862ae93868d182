"""What the templates bring, put into a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.diff.configuration import PREFIX
from dvm.lima.fields.drift import differences, vouched
from dvm.lima.fields.field import Decider
from dvm.model.plan import Action, TemplateEdit
from dvm.plan.change import TEMPLATE_DIGEST, update, vouched_for
from dvm.plan.egress import provisioned_under_it

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dvm.diagnostics import Diagnostic
    from dvm.model.instance import Part
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import Plan, ResourceChange
    from dvm.model.receipt import ConfigurationPart
    from dvm.model.template import Template

_IMAGES = frozenset({"images", "firmware.images"})
_SCRIPTS = (f"{PREFIX}provision", f"{PREFIX}probes")
_STAYS = "What the template's earlier scripts did in the guest stays. `--replace` makes the VM anew."


def outdated(plan: Plan) -> Iterator[DesiredVM]:
    """Yield the VMs that were made from a template of Lima's by another Lima than the one that is there now."""
    for change in plan.changes:
        receipt = change.observed.receipt if change.observed is not None else None
        if (
            change.action in (Action.UPDATE, Action.NO_OP)
            and change.desired is not None
            and receipt is not None
            and receipt.provisioned_by not in ("", plan.limactl_version)
            and receipt.template == change.desired.config.template
            and receipt.template_sha256 is None
        ):
            yield change.desired


def rewritten(plan: Plan) -> Iterator[DesiredVM]:
    """Yield the VMs whose template has the same name and other bytes, where the receipt has what the old ones did."""
    for change in plan.changes:
        receipt = change.observed.receipt if change.observed is not None else None
        names = {each.name for each in change.withheld}
        if (
            change.desired is not None
            and receipt is not None
            and receipt.configuration is not None
            and TEMPLATE_DIGEST in names
            and "template" not in names
        ):
            yield change.desired


def with_effects(plan: Plan, parts: Mapping[str, Mapping[str, Part]], templates: Mapping[str, Template]) -> Plan:
    """Return the plan without the replacements that template files need not: their bytes differ and their effect does
    not, or an edit does it. The steps are not made anew.

    `parts` has what each template declares now, `templates` the templates, both by the VM's name. Another image is for
    new VMs, and a note says so.
    """
    changes = tuple(
        change
        if change.name not in templates or _another_machine(change, templates[change.name])
        else _with_effect(change, parts.get(change.name), plan)
        for change in plan.changes
    )
    return replace(plan, changes=changes)


def _another_machine(change: ResourceChange, template: Template) -> bool:
    """Whether a template names another driver or architecture than the VM has, and the manifest names none."""
    vm, instance = change.desired, change.observed
    if vm is None or instance is None:
        return False
    named = (("vmType", vm.config.vm_type, instance.vm_type), ("arch", vm.config.arch, instance.arch))
    return any(
        own is None and template.declared.get(key) not in (None, "", "default", there) for key, own, there in named
    )


def _with_effect(change: ResourceChange, parts: Mapping[str, Part] | None, plan: Plan) -> ResourceChange:
    receipt = change.observed.receipt if change.observed is not None else None
    if parts is None or receipt is None or receipt.configuration is None:
        return change
    now, before = vouched(parts, adopted=receipt.adopted), receipt.configuration
    differing = {path for path in {*now, *before} if _digest(now, path) != _digest(before, path)}
    notes = ("Its template names other images now: new VMs get them, this one keeps its own.",)
    if differing - _IMAGES:
        return _edited(change, {**now, **{path: before[path] for path in _IMAGES & before.keys()}}, plan)
    withheld = tuple(each for each in change.withheld if each.name != TEMPLATE_DIGEST)
    reason = change.reason
    if change.reason == "withheld" and not withheld:
        reason = "waits_for_start" if change.waiting or change.waiting_scripts else ""
    return replace(change, withheld=withheld, reason=reason, notes=(*change.notes, *(notes if differing else ())))


def _digest(parts: Mapping[str, ConfigurationPart], path: str) -> str | None:
    return parts[path].sha256 if path in parts else None


def _edited(change: ResourceChange, configuration: Mapping[str, ConfigurationPart], plan: Plan) -> ResourceChange:
    """Return the change that puts what a template says now into the VM; where no edit does, or a replacement is needed
    all the same, the change as it is.
    """
    vm, instance = change.desired, change.observed
    if vm is None or instance is None or len(change.withheld) > 1:
        return change
    edit = TemplateEdit(vm.config.template, vm.template_sha256, configuration)
    for each in differences(vouched_for(instance, edit), (vm.limited,)):
        # What Lima fills in is the login user: a guest keeps the one that it was made with.
        if each.repair is None or each.field is None or each.field.decider is Decider.LIMA:
            return change
    owner = plan.owner if any(each.name == "manifest" for each in change.changes) else None
    made = update(vm, instance, plan.options, owner=owner, template=edit)
    notes = [*made.notes, _STAYS] if any(each.name in _SCRIPTS and each.old for each in made.changes) else made.notes
    return replace(made, restores_work=change.restores_work, notes=tuple(notes))


def with_templates(plan: Plan, templates: Mapping[str, Template], diagnostics: Iterable[Diagnostic] = ()) -> Plan:
    """Return the plan with the template of each VM that it makes, by the VM's name.

    A VM that is there already keeps what it was made with. Where its template says something else today, a note says so
    and nothing is replaced.
    """
    changes = tuple(_with(change, templates.get(change.name)) for change in plan.changes)
    return replace(plan, changes=changes, diagnostics=(*plan.diagnostics, *diagnostics))


def _with(change: ResourceChange, template: Template | None) -> ResourceChange:
    if template is None:
        return change
    if change.template_edit is not None:
        return replace(change, template=template)
    if change.action in (Action.CREATE, Action.REPLACE):
        told = tuple(provisioned_under_it(change.desired, template)) if change.desired is not None else ()
        return replace(change, template=template, notes=(*change.notes, *told))
    receipt = change.observed.receipt if change.observed is not None else None
    replaced = any(each.name == TEMPLATE_DIGEST for each in change.withheld)
    if receipt is None or replaced or receipt.provisioning == template.records:
        return change
    note = (
        f"{template.locator} brings other scripts since Lima {receipt.provisioned_by}. "
        "This VM keeps those that it was made with; a new one gets the others."
    )
    return replace(change, notes=(*change.notes, note))
