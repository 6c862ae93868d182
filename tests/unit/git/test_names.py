"""Which names of branches are taken from a guest."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.git.names import RefNames, problem


@pytest.mark.parametrize(
    "name", ["main", "a/b/c", "release-1.2", "fix/#12", "user@host", "grün", "v1.0,2", "50%", "a" * 200]
)
def test_good(name: str) -> None:
    assert problem(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "", "/a", "a/", "a//b", ".a", "a/.b", "a/.git", "../a", "a..b", "-a", "a/-b", "a.", "a.lock", "a.lock/b", "@",
        "a@{1}", "HEAD", "head", "a b", "a\tb", "a\nb", "a\x1b[2J", "a\x7f", "a\u009b", "a\u202eb", "a\u200bb", "a~1",
        "a^", "a:b", "a?", "a*", "a[", "a\\b", "$(touch x)", "`x`", "a;b", "a&b", "a|b", "a>b", "a'b", 'a"b', "a\udcff",
        "u\u0308", "0" * 40, "0" * 64, "a" * 201,
    ],
)  # fmt: skip
def test_odd(name: str) -> None:
    assert problem(name)


def test_those_that_differ_in_capitals_alone_are_not_both_taken() -> None:
    names = RefNames()
    asked = ["Main", "main", "other", "x/A", "x/a", "X/b", "MAIN/c", "x/b/c"]
    assert [name for name in asked if names.take(name)] == ["Main", "other", "x/A", "x/b/c"]
    assert names.left_out["X/b"] == "its name differs from that of x in capital letters alone"
    assert set(names.left_out) == {"main", "x/a", "X/b", "MAIN/c"}


def test_a_branch_and_a_directory_of_branches_are_not_both_taken() -> None:
    names = RefNames()
    assert [name for name in ["a", "a/b", "a-b", "c/d/e", "c", "c/d", "c/d/f"] if names.take(name)] == [
        "a",
        "a-b",
        "c/d/e",
        "c/d/f",
    ]
    assert set(names.left_out) == {"a/b", "c", "c/d"}
    held = RefNames()
    held.hold("a")
    assert (held.take("a"), held.take("a/b"), held.take("A")) == (True, False, False)


PARTS = ["a", "B", ".", "/", "-", "@", "{", "~", " ", "é", ".lock", "\u0301"]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_what_is_taken_is_a_branch_to_git(name: str) -> None:
    if problem(name) == "":
        asked = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
        assert asked.returncode == 0
