"""Why nothing was fetched, as it is told."""

from __future__ import annotations

from typing import Any

import pytest

from dvm.git.address import Address
from dvm.git.receive import Reception
from tests.unit.git.test_relay import limits


def told(host: list[str], *, killed: bool = False, shallow: bool = True) -> str:
    nothing: Any = None
    reception = Reception(nothing, nothing, Address("app", "project"), limits(), lambda _count: None)
    screen: Any = type("Seen", (), {"begun": True, "shallow": shallow})()
    reception._screen = screen
    error = reception._failure([], host, (), lost=False, killed=killed)
    return f"{error}\n{error.remedy}"


def test_a_failed_check_is_told_before_a_part_of_a_history() -> None:
    assert "its check of every object failed" in told(
        ["error: object 1: hasDotgit", "fatal: fsck error in packed object"]
    )
    assert "is shallow" in told(["remote: fatal: fsck error in packed object"])


@pytest.mark.parametrize(
    ("host", "killed"),
    [([], True), (["error: index-pack died of signal 9"], False), (["fatal: Out of memory, malloc failed"], False)],
)
def test_a_git_that_was_killed_is_no_advice_to_fetch_without_limits(host: list[str], killed: Any) -> None:
    said = told(host, killed=killed, shallow=False)
    assert "was killed or ran out of its memory limit" in said
    assert "git fetch" not in said
