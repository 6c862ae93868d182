"""Denials that one command fixes together, and those that it may not."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.checks.likewise import likewise
from tests.unit.checks.samples import denied


def test_what_is_alike_is_one_with_a_sentence_for_all() -> None:
    (found,) = likewise([denied("/c/a.sh"), denied("/c/b c.sh"), denied("/c/a.sh"), denied("/c/d.sh")])
    assert found.first == denied("/c/a.sh")
    assert found.detail == "/c/a.sh is open. The same is true of '/c/b c.sh', /c/d.sh."
    assert found.remedy == "Read it, then: chmod go-w /c/a.sh '/c/b c.sh' /c/d.sh"
    (alone,) = likewise([denied("/c/a.sh")])
    assert (alone.detail, alone.remedy) == ("/c/a.sh is open.", "Read it, then: chmod go-w /c/a.sh")


def test_others_stay_apart() -> None:
    apart = [
        denied("/c/a.sh"),
        denied("/c/a.toml", alike="manifest, 0664"),
        denied("/c", "DVM103", "chmod go-w"),
        denied("/c/b.sh", "DVM101", "sudo chown 1000"),
        denied("/c/c.sh", "DVM101", "sudo chown -h 1000"),
        replace(denied("/c/d.sh", "DVM202"), remedy="Pin it.", fixes=""),
        replace(denied("/c/e.sh", "DVM202"), remedy="Pin it.", fixes=""),
        replace(denied("/c/f.sh"), alike=""),
        replace(denied("/c/g.sh"), alike=""),
        replace(denied("/c/h.sh"), remedy="Read it."),
    ]
    assert [each.first for each in likewise(apart)] == apart
    assert [each.remedy for each in likewise(apart)] == [check.remedy for check in apart]


NAMES = st.one_of(
    st.text(st.characters(exclude_characters="\0"), min_size=1),
    st.sampled_from(["a chmod go-w !", "a chmod go-w $(touch PWNED)", "a chown 0 ;id;#", "z'", "-R", "a\nb"]),
)


@given(st.lists(NAMES))
def test_the_command_names_each_path_once_as_a_shell_takes_it(paths: list[str]) -> None:
    found = likewise([denied(path, command="chmod go-w") for path in paths])
    assert len(found) == (1 if paths else 0)
    for each in found:
        assert shlex.split(each.remedy)[2:] == list(dict.fromkeys(paths))
