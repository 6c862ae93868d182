"""JSON: what is printed fits the schemas, and the schemas say everything that is printed."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest

from dvm.manifest.schema import DIRECTORY, render
from dvm.model.plan import Plan, StepAction
from dvm.views.apply_json import JsonApply
from dvm.views.json_text import render_json
from dvm.views.plan_json import checks_json, plan_json
from dvm.views.schema import generate
from tests.unit.views.samples import WHEN, drifted, everything, failure, findings, new_vm

SCHEMAS = generate()
PRODUCT = {
    "format_version", "dvm_version", "limactl_version", "timestamp", "manifest", "applyable", "errored", "summary",
    "resource_changes", "steps", "checks", "unmanaged", "orphans",
}  # fmt: skip


def closed(schema: Any) -> Any:
    """A schema that admits no key it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | ({"additionalProperties": False} if "properties" in inner else {})


def demand(document: Any, name: str) -> None:
    jsonschema.Draft202012Validator(closed(SCHEMAS[name]), format_checker=jsonschema.FormatChecker()).validate(document)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    assert (DIRECTORY / name).read_text(encoding="utf-8") == render(SCHEMAS[name]), "python -m dvm.views.schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("plan", [new_vm(), drifted(), everything()])
def test_plans_fit(plan: Plan) -> None:
    document = json.loads(render_json(plan_json(plan, findings(), timestamp=WHEN)))
    demand(document, "plan.schema.json")
    assert document.keys() >= PRODUCT
    assert document["timestamp"] == "2026-01-31T12:00:00Z"
    assert document["format_version"] == "1.0"


def test_keys_of_a_change_a_script_a_step_and_a_check() -> None:
    document: Any = plan_json(drifted(), findings(), timestamp=WHEN)
    change = document["resource_changes"][0]
    assert change.keys() >= {"address", "name", "instance", "change", "action_reason", "restart", "scripts"}
    assert change["change"].keys() == {"actions", "before", "after"}
    assert change["scripts"][0].keys() >= {"path", "sha256", "as", "reason"}
    assert document["steps"][0].keys() >= {"id", "address", "action", "needs", "argv"}
    assert document["checks"] == checks_json(findings())["checks"]
    assert document["checks"][0]["location"] == {"path": "/c/x.sh", "line": 4, "column": None}
    assert document["checks"][1]["location"] is None
    assert document["summary"].keys() == {"add", "change", "replace", "destroy", "setup"}


def test_a_plan_is_applyable_when_there_is_something_to_do_and_nothing_in_the_way() -> None:
    def applyable(plan: Plan, checks: Any = ()) -> bool:
        return plan_json(plan, checks, timestamp=WHEN)["applyable"]

    assert applyable(new_vm())
    assert applyable(new_vm(), findings()[1:])
    assert not applyable(new_vm(), findings())
    assert not applyable(everything())
    assert plan_json(everything(), (), timestamp=WHEN)["errored"]


def test_every_event_fits() -> None:
    out = io.StringIO()
    plan = new_vm()
    view = JsonApply(out, clock=lambda: WHEN)
    view.planned(everything(), findings())
    view.apply_started(plan)
    for step in plan.steps:
        view.step_started(step)
        view.step_progress(step, 11.5, "line")
        if step.action is StepAction.SETUP:
            view.step_failed(step, 12.5, failure(step))
            view.step_skipped(step, "interrupted")
        else:
            view.step_ended(step, 12.5)
    view.note("Interrupted")
    view.error(ValueError("x"))
    view.apply_ended(plan, ())
    seen = set()
    for line in out.getvalue().splitlines():
        event = json.loads(line)
        # oneOf says no more than "none fits": the one of its type says what is wrong.
        demand(event, "events.schema.json")
        seen.add(event["type"])
    product = (
        "version log diagnostic planned_change change_summary apply_start apply_progress apply_complete apply_errored"
    )
    assert seen == set(product.split())
