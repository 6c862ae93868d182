"""One call of the simulator: what it was asked, and where it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dvm.simulator.command_line import CommandLine
    from dvm.simulator.home import Home
    from dvm.simulator.log import Reporter


class Call(NamedTuple):
    """What each command gets. `started`: seconds on the monotonic clock."""

    line: CommandLine
    home: Home
    reporter: Reporter
    started: float
