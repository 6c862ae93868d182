from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.lima.log_line import message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('time="2026-01-01T00:00:00Z" level=info msg="Starting the instance `x`"', "Starting the instance `x`"),
        ('time="2026-01-01T00:00:00Z" level=fatal msg="cannot edit a running instance"',
         "fatal: cannot edit a running instance"),
        (r'time="t" level=warning msg="field \"cpus\" \\ x" error="e"', r'warning: field "cpus" \ x'),
        ("echo of a script", "echo of a script"),
        ('time="unfinished', 'time="unfinished'),
    ],
)  # fmt: skip
def test_what_a_line_says(line: str, said: str) -> None:
    assert message(line) == said


@given(st.text())
def test_no_line_is_a_crash(line: str) -> None:
    message(line)
