"""What the templates bring, put into a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.lima.fields.drift import vouched
from dvm.model.plan import Action
from dvm.plan.egress import provisioned_under_it

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dvm.diagnostics import Diagnostic
    from dvm.model.instance import Part
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import Plan, ResourceChange
    from dvm.model.template import Template

_DIGEST = "template_sha256"
_IMAGES = frozenset({"images", "firmware.images"})


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
    """Yield the VMs whose template is the same file with other bytes, where the receipt has what the old ones did."""
    for change in plan.changes:
        receipt = change.observed.receipt if change.observed is not None else None
        names = {each.name for each in change.withheld}
        if (
            change.desired is not None
            and change.desired.template_file is not None
            and receipt is not None
            and receipt.configuration is not None
            and _DIGEST in names
            and "template" not in names
        ):
            yield change.desired


def with_same_effect(plan: Plan, parts: Mapping[str, Mapping[str, Part]]) -> Plan:
    """Return the plan without the replacements for a template whose bytes differ and whose effect does not.

    `parts` has what each template declares now, by the VM's name. Another image is for new VMs, and a note says so.
    """
    return replace(plan, changes=tuple(_same(change, parts.get(change.name)) for change in plan.changes))


def _same(change: ResourceChange, parts: Mapping[str, Part] | None) -> ResourceChange:
    receipt = change.observed.receipt if change.observed is not None else None
    if parts is None or receipt is None or receipt.configuration is None:
        return change
    now = {path: each.sha256 for path, each in vouched(parts, adopted=receipt.adopted).items()}
    before = {path: each.sha256 for path, each in receipt.configuration.items()}
    differing = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    if differing - _IMAGES:
        return change
    withheld = tuple(each for each in change.withheld if each.name != _DIGEST)
    reason = change.reason
    if change.reason == "withheld" and not withheld:
        reason = "waits_for_start" if change.waiting or change.waiting_scripts else ""
    notes = (*change.notes, "Its template names other images now: new VMs get them, this one keeps its own.")
    return replace(change, withheld=withheld, reason=reason, notes=notes if differing else change.notes)


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
    if change.action in (Action.CREATE, Action.REPLACE):
        told = tuple(provisioned_under_it(change.desired, template)) if change.desired is not None else ()
        return replace(change, template=template, notes=(*change.notes, *told))
    receipt = change.observed.receipt if change.observed is not None else None
    replaced = any(each.name == _DIGEST for each in change.withheld)
    if receipt is None or replaced or receipt.provisioning == template.records:
        return change
    note = (
        f"{template.locator} brings other scripts since Lima {receipt.provisioned_by}. "
        "This VM keeps those that it was made with; a new one gets the others."
    )
    return replace(change, notes=(*change.notes, note))
