"""Where text is shown as it stands, a secret in it is not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.views import masking
from dvm.views.apply_json import JsonApply
from dvm.views.diagnostics import render_diagnostic
from dvm.views.failure import render_failures
from dvm.views.plan_human import render_plan
from dvm.views.plan_markdown import render_markdown
from tests.factories import script
from tests.unit.views.samples import drifted, failure, new_vm

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _masker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_masker", lambda: lambda text: text.replace(SECRET, "****"))


def test_in_a_source_line() -> None:
    where = Location(Path("/c/dvm.toml"), 1, 1)
    diagnostic = Diagnostic(Severity.ERROR, "Unknown key", "", where)
    text = render_diagnostic(diagnostic, sources={where.path: f'password = "{SECRET}"'})
    assert '  1: password = "****"\n     ^\n' in text


def test_in_a_diff() -> None:
    plan = drifted()
    run = replace(plan.changes[0].scripts[0], previous="x\n", script=script("s.sh", f"TOKEN={SECRET}\n"))
    plan = replace(plan, changes=(replace(plan.changes[0], scripts=(run,)),))
    for text in (render_plan(plan), render_markdown(plan)):
        assert "+TOKEN=****" in text
        assert SECRET not in text


def test_in_the_tail_of_a_log_and_in_progress() -> None:
    step = new_vm().steps[0]
    failed = failure(step)
    failed.tail = (f"token {SECRET}",)
    assert "    | token ****\n" in render_failures([failed])
    out = io.StringIO()
    JsonApply(out).step_progress(step, 20, f"token {SECRET}")
    JsonApply(out).step_failed(step, 20, failed)
    assert "token ****" in out.getvalue()
    assert SECRET not in out.getvalue()
