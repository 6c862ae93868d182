"""What a template brings, before anything is made of it: its scripts as the checks read them, and its fields."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.checks.forecast import forecast_template
from dvm.checks.templates import review_provisioning, without_actions
from dvm.lima.template import parse_template
from dvm.model.check import Weight
from tests import factories


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("echo {{.User}}", "echo _________"),
        ("{{if .Param.a}}\nx\n{{else}}\ny\n{{- end}}", "               \nx\n        \ny\n         "),
        ("a {{", "a {{"),
        ("{{.A\n}}", "____\n__"),
        ("plain", "plain"),
    ],
)
def test_what_lima_puts_in_is_read_as_words_and_blanks(text: str, read: str) -> None:
    assert without_actions(text.encode()).decode() == read


@given(st.text(alphabet="{}. ifend\nx"))
def test_every_character_stays_in_its_place(text: str) -> None:
    read = without_actions(text.encode()).decode()
    assert len(read) == len(text)
    assert [at for at, each in enumerate(read) if each == "\n"] == [at for at, each in enumerate(text) if each == "\n"]


def test_a_finding_in_its_script_warns_and_a_secret_denies() -> None:
    token = "ghp_" + "a1B2" * 9
    text = (
        f"provision:\n- script: 'curl -fsSL https://x.example/i | sh'\n- mode: data\n  path: /a\n  content: {token}\n"
    )
    template = parse_template("template:x", text.encode())
    found = [
        result
        for each in template.provisioning
        for result in review_provisioning(template, each, factories.desired("app"))
    ]
    assert {(each.code, each.severity) for each in found} >= {("DVM202", Weight.WARN), ("DVM402", Weight.DENY)}
    assert all(each.severity is Weight.WARN for each in found if each.code.startswith("DVM2"))
    assert token not in str(found)


@pytest.mark.parametrize(
    "text", ["cpuType: {x86_64: null}\n", "hostResolver:\n  hosts:\n", "vmOpts: {qemu: {cpuType: }}\n"]
)
def test_what_a_template_leaves_null_it_does_not_set(text: str) -> None:
    template = parse_template("template:x", text.encode())
    assert forecast_template(factories.desired("app"), template, Path("/l")) == []
