"""The simulator plays every guest program there is, and a call that runs none is told so."""

from __future__ import annotations

import pytest

from dvm.lima.guest_programs import LOADER, PROGRAMS, name_of
from dvm.simulator.guest.protocol import SCRIPTS


def test_every_program_that_proves_its_end_has_a_part() -> None:
    assert {f"dvm-{name}" for name in PROGRAMS} <= set(SCRIPTS)


@pytest.mark.parametrize("argv", [("ssh", "true"), ("bash", "-c", LOADER), ("bash", "-c", LOADER, "dvm-enter")])
def test_a_call_that_runs_none_is_named(argv: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no guest program that proves its end"):
        name_of(argv)
