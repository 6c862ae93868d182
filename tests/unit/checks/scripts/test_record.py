"""What the review says of each script, code, place, outcome."""

from __future__ import annotations

import pytest

from tests.unit.checks.scripts import record

SCRIPTS = record.scripts()
RECORDED = record.recorded()
AT_ONCE = 20
PARTS = [list(SCRIPTS)[begin : begin + AT_ONCE] for begin in range(0, len(SCRIPTS), AT_ONCE)]


# Numbers, for a script's text can't be selected by: pytest takes no line break in an identifier, and mutmut selects.
@pytest.mark.parametrize("names", PARTS, ids=range(len(PARTS)))
def test_what_is_said_is_what_is_recorded(names: list[str]) -> None:
    assert {name: record.told(SCRIPTS[name]) for name in names} == {name: RECORDED.get(name) for name in names}


def test_the_record_has_these_scripts_and_no_others() -> None:
    assert list(RECORDED) == list(SCRIPTS)
