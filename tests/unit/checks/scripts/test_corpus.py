"""Scripts as data: each bad one says in its first comment what is to be found; nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dvm.model.check import Weight
from tests.unit.checks.scripts.reviewing import CORPUS, QUIET, failed

BAD = sorted((CORPUS / "scripts" / "bad").glob("*.sh"))
GOOD = sorted((CORPUS / "scripts" / "good").glob("*.sh"))
REALISTIC = sorted((CORPUS / "realistic").glob("*.sh"))


def _stem(path: Path) -> str:
    return path.stem


def _expected(text: str) -> set[str]:
    match = re.search(r"^# expect: (.+)$", text, re.MULTILINE)
    assert match is not None
    return set(match[1].split())


@pytest.mark.parametrize("path", BAD, ids=_stem)
def test_a_bad_script_is_caught_for_what_it_is(path: Path) -> None:
    text = path.read_text()
    found = {result.code for result in failed(text)}
    expected = _expected(text)
    assert expected <= found
    assert found - QUIET == expected - QUIET


@pytest.mark.parametrize("path", BAD, ids=_stem)
def test_every_finding_has_a_place_in_the_script_and_a_remedy(path: Path) -> None:
    text = path.read_text()
    lines = text.split("\n")
    for result in failed(text):
        assert result.location is not None
        assert result.location.line is not None
        assert result.location.column is not None
        assert 1 <= result.location.line <= len(lines)
        assert 1 <= result.location.column <= len(lines[result.location.line - 1]) + 1
        assert result.detail
        assert result.remedy
        assert "__dvm" not in result.detail


@pytest.mark.parametrize("path", GOOD, ids=_stem)
def test_a_good_script_that_looks_bad_passes(path: Path) -> None:
    assert [result.detail for result in failed(path.read_text()) if result.code not in QUIET] == []


@pytest.mark.parametrize("path", REALISTIC, ids=_stem)
def test_a_realistic_script_raises_nothing_at_all(path: Path) -> None:
    found = failed(path.read_text())
    assert [result.detail for result in found if result.severity is Weight.DENY] == []
    assert [result.detail for result in found] == []


def test_the_corpus_is_large() -> None:
    assert len(BAD) >= 70
    assert len(GOOD) >= 40
    assert len(REALISTIC) >= 10
