"""DVM204: something is installed at the newest version of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.effects.tools import unpinned
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.pins import UNPINNED, pins_a_clone, unpinned_clone
from dvm.checks.scripts.unpinned_files import unpinned_in
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.subjects import ScriptSubject

_SHOWN = 5


def issues(program: Program) -> Iterator[Issue]:
    """Yield each command that installs, runs or clones without an exact version, and each file that names such."""
    for file in program.written:
        names = list(dict.fromkeys(unpinned_in(file)))
        if names:
            yield Issue(file.place, f"`{code(file.name)}` takes any version there is of: {_listed(names)}.")
    for place, text in program.moving:
        yield Issue(place, f"`{code(text)}` takes what the branch holds today.")
    for index, command in enumerate(program.commands):
        names = list(dict.fromkeys(UNPINNED[command.name](command))) if command.name in UNPINNED else []
        if names:
            yield Issue(command.place, f"{command.name} takes any version there is of: {_listed(names)}.")
        if not names:
            names = list(dict.fromkeys(unpinned(command)))
            if names:
                yield Issue(command.place, f"{command.name} takes any version there is of: {code(', '.join(names))}.")
        if command.name == "git":
            address = unpinned_clone(command)
            if address and not any(map(pins_a_clone, (c for c in program.commands[index:] if c.name == "git"))):
                yield Issue(command.place, f"git clones {code(address)} as its branch is today.")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(code(name) for name in names[:_SHOWN]) + more


CHECK: Check[ScriptSubject] = Check(
    code="DVM204",
    severity=Weight.WARN,
    title="Version not pinned",
    why=(
        "Without an exact version the same script makes another VM tomorrow, and a package that is taken over is in "
        "it on the next run. A pinned version is one that somebody has looked at."
    ),
    remedy=(
        "Name the exact version: dnf install NAME-VERSION, apt-get install NAME=VERSION, pip install NAME==VERSION, "
        "npm install NAME@1.2.3, cargo install NAME@1.2.3, go install MODULE@v1.2.3, IMAGE@sha256:DIGEST, "
        "git checkout COMMIT. For a distribution's own packages a waiver with a reason may be the calmer choice, "
        "on the line above: # dvm: allow=DVM204 because REASON."
    ),
    find=finder(issues),
)
