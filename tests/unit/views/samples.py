"""Plans, steps and failures to render, made by the real planner where that will do."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.execute.hooks import StepFailure
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.plan import Action, Plan, PlanOptions, ResourceChange, Step
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from tests.factories import desired, instance, manifest, observed, receipt, record, script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM

WHEN = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
HOSTILE = "a\x1b[2J\u202eb\nPlan: 0 to add\r\x9b`|<b>@me"
OURS = re.compile(r"\x1b\[\d*m")

OLD = "set -Eeuo pipefail\ndnf -y install nodejs-20\n"
NEW = "set -Eeuo pipefail\ndnf -y install nodejs-22\n"


def unsafe(text: str) -> set[str]:
    """The characters of `text` that could drive a terminal, newlines and our own colours aside."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return {c for c in OURS.sub("", text) if unicodedata.category(c) in hidden} - {"\n"}


def new_vm() -> Plan:
    """One VM that is created, with a setup script."""
    vm = desired("app", script("setup/base.sh", NEW), ports=["3000:3000"])
    return build_plan(manifest(vm), observed(), PlanOptions(), Unfinished())


def drifted() -> Plan:
    """One VM with other cpus and ports, and a script that changed."""
    vm = desired("app", script("setup/node.sh", NEW), cpus=4, ports=["3000:3000"])
    ran = record(vm.scripts[0], sha256="0" * 64, content=OLD)
    there = instance(vm, cpus=2, receipt=receipt(vm, setup=(ran,)))
    return build_plan(manifest(vm), observed(there), PlanOptions(), Unfinished())


def everything(text: str = "x", reason: str = "drift") -> Plan:
    """A plan with one of each action; `text` stands wherever others could have written it."""
    first = drifted()
    change = first.changes[0]
    run = replace(change.scripts[0], reason=text, previous=f"{text}\nold\n")
    # The names and texts of scripts are Unicode by the time they get here; paths need not be.
    legal = text.encode(errors="replace").decode()
    run = replace(run, script=script(f"setup/{legal}.sh", f"{legal}\nnew\n"))
    values = {"template": text, "cpus": 4, "memory": "2GiB", "ports": ["1:1"], "mounts": [{text: text}]}
    attribute = replace(change.changes[0], name=text, old=[text] * 30, new=[text, "y" * 90])
    location = Location(Path(f"/c/{text}"), 2, 3)
    named: dict[str, Any] = {"address": f"vm.{text}", "name": text, "instance": f"dvm-{text}"}
    changes = [
        ResourceChange(
            **named,
            action=action,
            reason=reason,
            before=None if action is Action.CREATE else values,
            after=None if action is Action.DELETE else values,
            changes=(attribute,),
            scripts=(run,),
            restart=True,
            boots=True,
            stops=True,
            bootstraps=True,
            withheld=(attribute,),
            notes=(text,),
        )
        for action in Action
    ]
    return replace(
        first,
        changes=tuple(changes),
        unmanaged=(text,),
        orphans=(f"gone{text}",),
        diagnostics=(
            Diagnostic(Severity.WARNING, text, text, location, text),
            Diagnostic(Severity.ERROR, text),
        ),
    )


def findings(text: str = "x") -> tuple[CheckResult, ...]:
    """A denial, a warning and a waiver."""
    place = Location(Path(f"/c/{text}.sh"), 4)
    return (
        CheckResult("DVM202", Weight.DENY, Outcome.FAIL, text, "Remote code", text, f"chmod {text}", place),
        CheckResult("DVM204", Weight.WARN, Outcome.FAIL, text, "Not pinned", text),
        CheckResult("DVM206", Weight.WARN, Outcome.WAIVED, text, "Docker group", text, "", place),
        CheckResult("DVM201", Weight.WARN, Outcome.PASS, text, "Strict mode"),
    )


def plan_of(vms: Sequence[DesiredVM], *there: Instance, options: PlanOptions | None = None) -> Plan:
    """The plan that brings what is `there` to `vms`."""
    return build_plan(manifest(*vms), observed(*there), options or PlanOptions(), Unfinished())


def failure(step: Step, text: str = "x") -> StepFailure:
    """Why `step` failed."""
    return StepFailure(
        step,
        f"{text} ended with status 1.",
        remedy=f"Fix {text}.",
        exit_status=1,
        log=Path(f"/s/{text}.log"),
        tail=(text, "the end"),
        checks=findings(text)[:1],
        diagnostic=Diagnostic(Severity.ERROR, text, text),
    )
