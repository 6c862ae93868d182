"""Denials in full: what one command fixes is told once."""

from __future__ import annotations

from dvm.model.check import CheckResult, Outcome, Weight
from dvm.views.denials import denial_lines
from dvm.views.styles import PLAIN
from tests.unit.checks.samples import denied


def told(*checks: CheckResult) -> str:
    return "\n".join(denial_lines(checks, PLAIN))


def test_files_that_one_command_fixes_are_one_finding() -> None:
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


def test_commands_in_a_remedy_name_the_manifest_that_was_named() -> None:
    check = CheckResult("DVM316", Weight.DENY, Outcome.FAIL, "vm.app", "S", remedy="Run `dvm apply app`.")
    text = "\n".join(denial_lines([check], PLAIN, " -f 'my dvm.toml'"))
    assert "    Remedy: Run `dvm apply app -f 'my dvm.toml'`." in text.split("\n")
