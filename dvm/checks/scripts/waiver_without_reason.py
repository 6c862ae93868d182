"""DVM209: a waiver that does not say why, or what it waives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.values import Place
from dvm.checks.scripts.waivers import read_waivers
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.subjects import ScriptSubject


def issues(program: Program) -> Iterator[Issue]:
    """Yield each waiver that does not count."""
    for waiver in read_waivers(program.comments):
        if waiver.problem:
            comment = waiver.comment
            place = Place(comment.line, comment.column, comment.line, comment.line)
            yield Issue(place, f"`{code(comment.text)}` does not count as a waiver: {waiver.problem}.")


CHECK: Check[ScriptSubject] = Check(
    code="DVM209",
    severity=Weight.DENY,
    title="Waiver without reason",
    why=(
        "A waiver takes a check away for good. A reader of the script in a year must be able to see whether its "
        "reason still holds; one that says nothing, or names a code that there is not, can only be a mistake."
    ),
    remedy="Write: # dvm: allow=CODE because REASON (several codes with commas between), or take the waiver away.",
    find=finder(issues),
)
