"""The last lines of `dvm verify`: they count what is named, and name no wall twice."""

from __future__ import annotations

from dvm.model.wall import Voucher, WallCheck
from dvm.views.walls import render_walls


def check(wall: str, *, holds: bool | None, promised: bool = True) -> WallCheck:
    return WallCheck(wall, "tried", "seen", Voucher.GUEST, holds, promised)


def last(*checks: WallCheck) -> list[str]:
    return render_walls("app", checks).split("\n\n")[-1].splitlines()


def test_a_wall_is_one_name() -> None:
    assert last(check("agent, display", holds=None), check("sudo", holds=None)) == [
        "vm.app: 2 walls were not seen to hold: agent and display, sudo."
    ]


def test_a_wall_that_counts_is_not_said_to_be_left_out() -> None:
    open_as_root = check("host loopback", holds=None, promised=False)
    assert last(check("host loopback", holds=None), open_as_root) == [
        "vm.app: 1 wall was not seen to hold: host loopback."
    ]
    assert last(check("host loopback", holds=True), open_as_root)[1:] == [
        "Not promised, and so not counted: host loopback."
    ]
