"""What the templates bring, put into a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.model.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dvm.diagnostics import Diagnostic
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import Plan, ResourceChange
    from dvm.model.template import Template


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
        return replace(change, template=template)
    receipt = change.observed.receipt if change.observed is not None else None
    if receipt is None or receipt.provisioning == template.records:
        return change
    note = (
        f"{template.locator} brings other scripts since Lima {receipt.provisioned_by}. "
        "This VM keeps those that it was made with; a new one gets the others."
    )
    return replace(change, notes=(*change.notes, note))
