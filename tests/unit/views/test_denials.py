"""Denials in full: what one command mends is told once."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.checks.likewise import likewise
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.views.denials import denial_lines
from dvm.views.styles import PLAIN


def denied(
    path: str, code: str = "DVM102", command: str = "Read it, then: chmod go-w", alike: str = "script, 0664"
) -> CheckResult:
    mends = shlex.quote(path)
    remedy = f"{command} {mends}"
    return CheckResult(
        code, Weight.DENY, Outcome.FAIL, path, "Title", f"{path} is open.", remedy, mends=mends, alike=alike
    )


def told(*checks: CheckResult) -> str:
    return "\n".join(denial_lines(checks, PLAIN))


def test_files_that_one_command_mends_are_one_finding() -> None:
    text = told(*(denied(f"/c/{number}.sh") for number in range(8)), denied("/c/0.sh"))
    assert text.count("deny DVM102") == 1
    assert "/c/0.sh is open." in text
    assert "The same is true of 7 others:\n      /c/1.sh\n" in text
    assert "      /c/6.sh\n      /c/7.sh\n    Remedy: " in text
    assert "Remedy: Read it, then: chmod go-w " + " ".join(f"/c/{number}.sh" for number in range(8)) + "\n" in text


def test_one_is_told_as_ever() -> None:
    text = told(denied("/c/a.sh"))
    assert "others" not in text
    assert "Remedy: Read it, then: chmod go-w /c/a.sh\n" in text


def test_others_stay_apart() -> None:
    apart = [
        denied("/c/a.sh"),
        denied("/c/a.toml", alike="manifest, 0664"),
        denied("/c", "DVM103", "chmod go-w"),
        denied("/c/b.sh", "DVM101", "sudo chown 1000"),
        denied("/c/c.sh", "DVM101", "sudo chown -h 1000"),
        replace(denied("/c/d.sh", "DVM202"), remedy="Pin it.", mends=""),
        replace(denied("/c/e.sh", "DVM202"), remedy="Pin it.", mends=""),
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
