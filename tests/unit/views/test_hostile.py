"""Whatever others wrote: what is printed never drives a terminal."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.errors import DvmError, ManifestError
from dvm.model.intent import Create, MoveCode, Stop
from dvm.views.apply_json import JsonApply
from dvm.views.apply_plain import PlainApply
from dvm.views.checks_human import render_checks
from dvm.views.diagnostics import render_error
from dvm.views.dry_run import step_lines
from dvm.views.failure import render_failures
from dvm.views.json_text import render_json
from dvm.views.ls import Row, render_ls
from dvm.views.plan_human import render_plan
from dvm.views.plan_json import plan_json
from dvm.views.plan_markdown import render_markdown
from dvm.views.styles import Ink
from tests.unit.views.samples import HOSTILE, WHEN, everything, failure, findings, new_vm, unsafe

texts = st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=30))
inks = st.sampled_from([Ink(on=False), Ink(on=True)])


@given(texts, inks)
def test_plans(text: str, ink: Ink) -> None:
    plan, checks = everything(text), findings(text)
    assert not unsafe(render_plan(plan, checks, ink=ink))
    assert not unsafe(render_plan(everything(reason=text)))
    assert not unsafe(render_markdown(plan, checks))
    assert not unsafe(render_json(plan_json(plan, checks, timestamp=WHEN)))
    assert not unsafe(render_checks(checks, ink=ink))


@given(texts, inks)
def test_errors(text: str, ink: Ink) -> None:
    where = Location(everything(text).manifest_path, 1, 2)
    diagnostic = Diagnostic(Severity.ERROR, text, text, where, text)
    sources = {where.path: text}
    for error in (
        ManifestError([diagnostic, diagnostic]),
        DvmError(text, detail=text, remedy=text),
        RuntimeError(text),
    ):
        assert not unsafe(render_error(error, ink=ink, sources=sources))


@given(texts)
def test_applies(text: str) -> None:
    plan = new_vm()
    out, err = io.StringIO(), io.StringIO()
    for view in (PlainApply(out, err), JsonApply(out)):
        view.apply_started(plan)
        for step in plan.steps:
            odd = replace(step, id=text, address=text)
            view.step_started(odd)
            view.step_progress(odd, 11, text)
            view.step_ended(odd, 12)
            view.step_failed(odd, 12, failure(odd, text))
            view.step_skipped(odd, text)
        view.note(text)
        view.apply_ended(plan, (failure(plan.steps[0], text),))
    assert not unsafe(out.getvalue())
    assert not unsafe(err.getvalue())
    assert not unsafe(render_failures([failure(plan.steps[0], text)], ink=Ink(on=True)))


@given(texts)
def test_tables_and_dry_runs(text: str) -> None:
    plan = new_vm()
    row = Row(text, text, text, 1, text, text, (text,), text, declared=True, drift=(text,))
    assert not unsafe(render_ls([row]))
    assert len(render_ls([row]).splitlines()) == 2
    vm = plan.changes[0].desired
    assert vm is not None
    from_file = replace(vm, config=vm.config.model_copy(update={"template": text}))
    intents = (Stop(text), MoveCode(text, text, text, text), Create(from_file))
    steps = tuple(
        replace(step, address=text, intent=intent) for step in plan.steps for intent in (step.intent, *intents)
    )
    assert not unsafe("\n".join(line for step in steps for line in step_lines(step, plan, in_full=True)))


@pytest.mark.parametrize("text", ["```\n# heading", "x | y", "<img src=x>", "@everyone", "[a](javascript:b)"])
def test_markdown_has_no_way_out_of_code(text: str) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(render_markdown(everything(text), findings(text)))
    kinds = {token.type for token in tokens}
    inline = [child for token in tokens for child in token.children or ()]
    assert not kinds & {"html_block", "code_block"}
    assert not {child.type for child in inline} & {"html_inline", "link_open", "image"}
    loose = "".join(child.content for child in inline if child.type == "text")
    assert "heading" not in loose
    assert "@everyone" not in loose
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert all(heading.startswith(("DVM plan", "`", "Security checks")) for heading in headings)
