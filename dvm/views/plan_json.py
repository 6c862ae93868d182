"""A plan for programs: `dvm plan --json`, and `dvm check --json`. documents.py says what each key means."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from dvm import __version__
from dvm.diagnostics import Severity
from dvm.diff.written import written
from dvm.lima.calls import shown
from dvm.model.names import instance_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dvm.diagnostics import Diagnostic, Location
    from dvm.model.check import CheckResult
    from dvm.model.plan import AttributeChange, Plan, ResourceChange, ScriptRun, Step
    from dvm.model.template import Provisioning
    from dvm.views import documents as doc

FORMAT_VERSION: Final = "1.0"


def plan_json(plan: Plan, checks: Sequence[CheckResult], *, timestamp: datetime) -> doc.PlanDocument:
    """Return the plan's document. `timestamp` is when it was made, with a time zone."""
    errored = any(diagnostic.severity is Severity.ERROR for diagnostic in plan.diagnostics)
    denied = any(check.denies for check in checks)
    summary = plan.summary
    return {
        "format_version": FORMAT_VERSION,
        "dvm_version": __version__,
        "limactl_version": plan.limactl_version,
        "timestamp": rfc3339(timestamp),
        "manifest": {"path": str(plan.manifest_path), "sha256": plan.manifest_sha256},
        "applyable": bool(plan.steps) and not errored and not denied,
        "errored": errored,
        "summary": {
            "add": summary.add,
            "change": summary.change,
            "replace": summary.replace,
            "destroy": summary.destroy,
            "setup": summary.setup,
        },
        "resource_changes": [_resource_change(change) for change in plan.changes],
        "steps": [_step(step) for step in plan.steps],
        "checks": [check_json(check) for check in checks],
        "unmanaged": list(plan.unmanaged),
        "orphans": list(plan.orphans),
        "ephemerals": list(plan.ephemerals),
        "strays": _belonging(plan.strays),
        "elsewhere": _belonging(plan.elsewhere),
        "diagnostics": [diagnostic_json(diagnostic) for diagnostic in plan.diagnostics],
    }


def checks_json(checks: Sequence[CheckResult], errors: Sequence[Diagnostic] = ()) -> doc.ChecksDocument:
    """Return the document of `dvm check --json`; `errors` are a manifest's mistakes."""
    return {"checks": [check_json(check) for check in checks], "errors": [diagnostic_json(each) for each in errors]}


def check_json(check: CheckResult) -> doc.CheckDocument:
    """Return one finding."""
    return {
        "code": check.code,
        "severity": check.severity.value,
        "status": check.status.value,
        "subject": check.subject,
        "summary": check.summary,
        "detail": check.detail,
        "remedy": check.remedy,
        "location": location_json(check.location),
    }


def rfc3339(timestamp: datetime) -> str:
    """Return a moment in UTC as `2026-01-31T12:00:00Z`."""
    return timestamp.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def location_json(location: Location | None) -> doc.LocationDocument | None:
    """Return a place in a file; None where the finding has none."""
    if location is None:
        return None
    return {"path": str(location.path), "line": location.line, "column": location.column}


def diagnostic_json(diagnostic: Diagnostic) -> doc.DiagnosticDocument:
    """Return one diagnostic."""
    return {
        "severity": diagnostic.severity.value,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "address": diagnostic.address,
        "location": location_json(diagnostic.location),
    }


def _resource_change(change: ResourceChange) -> doc.ResourceChangeDocument:
    return {
        "address": change.address,
        "previous_address": f"vm.{change.renames}" if change.renames else "",
        "name": change.name,
        "instance": change.instance,
        "change": {
            "actions": change.action.json,
            "before": _attributes(change.before),
            "after": _attributes(change.after),
        },
        "action_reason": change.reason,
        "restart": change.restart,
        "boots": change.boots,
        "stops": change.stops,
        "bootstraps": change.bootstraps,
        "renews": change.renews,
        "base": _base(change),
        "scripts": [script_json(run) for run in change.scripts],
        "provisioning": []
        if change.template is None
        else [_provisioning(each) for each in change.template.provisioning],
        "changes": [_attribute(each) for each in change.changes],
        "withheld": [_attribute(each) for each in change.withheld],
        "waiting": [_attribute(each) for each in change.waiting],
        "waiting_scripts": [script_json(run) for run in change.waiting_scripts],
        "keeps_work": change.keeps_work,
        "restores_work": change.restores_work,
        "notes": list(change.notes),
    }


def _base(change: ResourceChange) -> doc.BaseDocument | None:
    if change.origin is None:
        return None
    base, built = change.origin.base, change.origin.built
    return {
        "address": base.address,
        "instance": base.instance,
        "key": base.key,
        "built": None if built is None else rfc3339(built),
    }


def script_json(run: ScriptRun) -> doc.ScriptDocument:
    """Return a setup script that runs."""
    entry = run.script.entry
    return {
        "path": entry.script,
        "sha256": run.script.sha256,
        "as": entry.as_.value,
        "reason": run.reason,
        "env": dict(run.script.env),
        "files": run.script.digests,
    }


def _belonging(vms: Mapping[str, str]) -> list[doc.BelongingDocument]:
    return [
        {"name": name, "instance": instance_name(name), "manifest": manifest or None}
        for name, manifest in sorted(vms.items())
    ]


def _provisioning(each: Provisioning) -> doc.ProvisioningDocument:
    record = each.record
    return {
        "place": each.place,
        "mode": record.mode,
        "as": record.as_.value,
        "sha256": record.sha256,
        "path": record.path,
        "owner": record.owner,
        "permissions": record.permissions,
    }


def _attributes(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {name: written(name, value) for name, value in values.items()}


def _attribute(change: AttributeChange) -> doc.AttributeDocument:
    old, new = written(change.name, change.old), written(change.name, change.new)
    elements: list[doc.ElementDocument] = [
        {"key": each.key, "old": written("", each.old), "new": written("", each.new)} for each in change.elements
    ]
    return {"name": change.name, "old": old, "new": new, "effect": change.effect.value, "elements": elements}


def _step(step: Step) -> doc.StepDocument:
    return {
        "id": step.id,
        "address": step.address,
        "action": step.action.value,
        "needs": list(step.needs),
        "argv": list(shown(step.intent)),
        "script": step.script.script.entry.script if step.script else None,
    }
