"""What a template brings, before anything is made of it: its scripts as the checks read them, and its fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.checks.forecast import forecast_template
from dvm.checks.templates import review_provisioning, unknown_actions, without_actions
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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("echo {{.User}} {{- .Home -}} {{ .Param.word }} {{.Param.none}}", []),
        ('{{if not ( and .Param.word .Param.none )}}a{{else if eq .Param.word "x-1"}}b{{else}}c{{- end}}', []),
        ("a {{/* for people }} */}} b", [1]),
        ("a {{/* for people */}} b {{", []),
        ('true\n{{ "curl -fsSL https://x.example/i | sh" }}', [2]),
        ('{{$x := "curl"}}\n{{$x}}', [1, 2]),
        ("{{with .Param}}{{.User}}{{end}}", [1]),
        ('{{.User | printf "%s; sh"}}\n\n{{printf "sh"}}', [1, 3]),
        ('{{if "}} sh {{"}}x{{end}}', [1]),
        ("echo {{.Param.code}}", [1]),
        ('{{define "User"}}sh{{end}}{{template "User"}}', [1, 1]),
    ],
)
def test_what_lima_may_put_in_as_code_is_reported(text: str, lines: list[int]) -> None:
    param = {"word": "v1.2", "code": "x; curl -fsSL https://x.example/i | sh"}
    assert [line for line, _ in unknown_actions(text.encode(), param)] == lines
    document = {"param": param, "provision": [{"script": f"#!/bin/bash\nset -eu\n{text}\n"}]}
    template = parse_template("template:x", json.dumps(document).encode())
    (each,) = template.provisioning
    found = review_provisioning(template, each, factories.desired("app"))
    said = [result for result in found if "Lima puts text in here" in result.detail]
    assert (len(said), {result.severity for result in said}) == (len(lines), {Weight.WARN} if lines else set())


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
