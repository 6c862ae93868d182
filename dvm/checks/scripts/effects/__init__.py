"""What well-known programs do with data: what they fetch, print, write, verify and run.

Only as much as the checks need. A program that is not here prints something unknown, which is as unchecked as what
it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.scripts.effects import (
    digests,
    downloads,
    filework,
    installs,
    interpreters,
    shells,
    streams,
    wrappers,
)
from dvm.checks.scripts.effects.streams import other_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Value

__all__ = ["EFFECTS", "other_program"]

EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **streams.EFFECTS,
    **filework.EFFECTS,
    **downloads.EFFECTS,
    **digests.EFFECTS,
    **installs.EFFECTS,
    **interpreters.EFFECTS,
    **wrappers.EFFECTS,
    **shells.EFFECTS,
}
