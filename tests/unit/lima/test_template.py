"""A template as limactl prints it, and what becomes of one that can't be read."""

from __future__ import annotations

import hashlib

import pytest

from dvm.errors import LimaError
from dvm.lima.client import UnknownTemplateError
from dvm.lima.template import parse_template


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_entry_is_known_by_mode_user_and_digest() -> None:
    read = parse_template(
        "template:x",
        b"provision:\n- script: one\n- mode: user\n  script: two {{.User}}\n"
        b"- {mode: yq, path: /a, expression: .b = 1, owner: me, permissions: 600}\nprobes: [{script: three}]\ncpus: 3\n",
    )
    seen = [(each.place, each.record.mode, str(each.record.as_), each.record.sha256) for each in read.provisioning]
    assert seen == [
        ("provision[0]", "system", "root", digest("one")),
        ("provision[1]", "user", "admin", digest("two {{.User}}")),
        ("provision[2]", "yq", "root", digest(".b = 1")),
        ("probes[0]", "probe", "admin", digest("three")),
    ]
    edit = read.records[2]
    assert (edit.path, edit.owner, edit.permissions, edit.writes) == ("/a", "me", "600", True)
    assert read.declared["cpus"] == 3


def test_a_text_that_lima_put_in_as_base64_is_the_text() -> None:
    read = parse_template("template:x", b"provision:\n- script: !!binary ZWNobwkx\n")
    assert read.provisioning[0].content == b"echo\t1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- a", "it is no table"),
        ("{", "while parsing"),
        ("provision: {}", "`provision` is no list"),
        ("probes: [x]", "`probes\\[0\\]` is no table"),
        ("provision: [{mode: ansible, playbook: x}]", "mode ansible"),
        ("provision: [{mode: later, script: x}]", "mode later"),
        ("provision: [{mode: [], script: x}]", "`provision\\[0\\]`"),
        ("provision: [{script: 5}]", "the text of `provision\\[0\\]`"),
        ("provision: [{file: {url: /x}}]", "names a file"),
        ("provision: [{mode: data, path: [], content: x}]", "`provision\\[0\\].path`"),
        ("1: 2", "it is no table"),
        ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [" + "*a," * 9 + "]\nc: &c [" + "*b," * 9 + "]\nd: &d [" + "*c," * 9 + "]\n"
         "e: &e [" + "*d," * 9 + "]\nf: [" + "*e," * 9 + "]", "more than 20000 keys and values"),
    ],
)  # fmt: skip
def test_what_dvm_does_not_know_is_an_error_and_not_passed_over(text: str, why: str) -> None:
    with pytest.raises(LimaError, match=why):
        parse_template("template:x", text.encode())


@pytest.mark.parametrize(
    ("locator", "remedy"),
    [
        ("template:ubunut", 'Did you mean "template:ubuntu"?'),
        ("template:qqqq", "`limactl create --list-templates` shows them."),
    ],
)
def test_an_unknown_one_is_answered_with_the_nearest(locator: str, remedy: str) -> None:
    assert UnknownTemplateError(locator, ["fedora", "ubuntu"]).remedy == remedy
