"""What well-known programs do with data: what they fetch, print, write, verify and run.

Only as much as the checks need. A program that is not here prints something unknown, which is as unchecked as what
it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.scripts.effects.clones import EFFECTS as CLONES
from dvm.checks.scripts.effects.digests import EFFECTS as DIGESTS
from dvm.checks.scripts.effects.downloads import EFFECTS as DOWNLOADS
from dvm.checks.scripts.effects.embedded import EFFECTS as EMBEDDED
from dvm.checks.scripts.effects.filework import EFFECTS as FILEWORK
from dvm.checks.scripts.effects.installs import EFFECTS as INSTALLS
from dvm.checks.scripts.effects.interpreters import EFFECTS as INTERPRETERS
from dvm.checks.scripts.effects.shells import EFFECTS as SHELLS
from dvm.checks.scripts.effects.streams import EFFECTS as STREAMS
from dvm.checks.scripts.effects.streams import other_program
from dvm.checks.scripts.effects.tools import BY_NAME, apply
from dvm.checks.scripts.effects.wrappers import EFFECTS as WRAPPERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Value

__all__ = ["EFFECTS", "other_program"]

_BY_FUNCTION: dict[str, Callable[[Shell, Command], Value]] = {
    **STREAMS,
    **FILEWORK,
    **DOWNLOADS,
    **DIGESTS,
    **INSTALLS,
    **INTERPRETERS,
    **WRAPPERS,
    **SHELLS,
    **CLONES,
    **EMBEDDED,
}


def _by_record(name: str) -> Callable[[Shell, Command], Value]:
    tool, otherwise = BY_NAME[name], _BY_FUNCTION.get(name, other_program)
    return lambda shell, command: apply(tool, shell, command, otherwise)


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **_BY_FUNCTION,
    **{name: _by_record(name) for name in BY_NAME},
}
