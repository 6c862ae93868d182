"""What the review says of each script, whole: code, place, words, remedy."""

from __future__ import annotations

import pytest

from tests.unit.checks.scripts import record

SCRIPTS = record.scripts()
RECORDED = record.recorded()


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_said_is_what_is_recorded(name: str) -> None:
    assert record.told(SCRIPTS[name]) == RECORDED.get(name)


def test_the_record_has_these_scripts_and_no_others() -> None:
    assert list(RECORDED) == list(SCRIPTS)
    assert record.PLACE.read_text(encoding="utf-8").split("\n\n")[0] == record.head().replace("\n\n", "\n")
