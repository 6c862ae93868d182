"""DVM210: a part of a script that can't be followed to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.subjects import ScriptSubject


def issues(program: Program) -> Iterator[Issue]:
    """Yield each part that can't be followed; what no shell runs is a warning."""
    seen = {(run.place.line, run.place.column) for run in program.runs}
    for trouble in sorted(program.troubles, key=lambda item: not item.runs):
        if (trouble.place.line, trouble.place.column) not in seen:
            detail = f"DVM can't follow this part of the script: {code(trouble.what)}."
            yield Issue(trouble.place, detail, warns=not trouble.runs)


CHECK: Check[ScriptSubject] = Check(
    code="DVM210",
    severity=Weight.DENY,
    title="Script can't be followed",
    why=(
        "What a shell, eval, source or an interpreter is given must be in the script, or be verified: else nobody "
        "knows what runs as root in the VM. A part that DVM's parser can't read, a limit that is reached, and a "
        "program that DVM does not know and that is given an address or a script text are reported too, never skipped."
    ),
    remedy=(
        "Write the commands into the script as they are. What is fetched: dvm-fetch URL SHA256 FILE. Where "
        "`bash -n FILE` finds a mistake, fix it. If it does nothing unsafe, put "
        "`# dvm: allow=DVM210 because REASON` on the line above."
    ),
    find=finder(issues),
)
