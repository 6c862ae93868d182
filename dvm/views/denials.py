"""Findings of the security checks in full, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.likewise import likewise
from dvm.model.check import Weight
from dvm.text import visible
from dvm.views.diagnostics import place_text
from dvm.views.styles import plural, prose
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.checks.likewise import Likewise
    from dvm.model.check import CheckResult
    from dvm.views.styles import Ink


def denial_lines(checks: Iterable[CheckResult], ink: Ink, option: str = "") -> Iterator[str]:
    """Yield the lines of findings: code, place, detail, remedy, and where to read on; after each an empty line.

    What one command fixes together is told as one. `option` is what a command needs to work on the same manifest.
    """
    for each in likewise(checks):
        yield from _one(each, ink, option)
        yield ""


def _one(each: Likewise, ink: Ink, option: str) -> Iterator[str]:
    check = each.first
    severity = ink.red("deny") if check.severity is Weight.DENY else ink.yellow("warn")
    yield f"  {severity} {ink.bold(f'{visible(check.code)} {visible(check.summary)}')}"
    yield f"    on {_place(check)}"
    if check.detail:
        yield from prose(check.detail, "    ")
    others = list(each.paths)[1:]
    if others:
        yield f"    The same is true of {plural(len(others), 'other')}:"
        yield from (f"      {visible(path)}" for path in others)
    if each.remedy:
        # Not wrapped: there are commands in it that people copy.
        first, *rest = (visible(line.rstrip()) for line in completed(each.remedy, option).strip("\n").split("\n"))
        yield f"    Remedy: {first}"
        yield from (f"      {line}".rstrip() for line in rest)
    yield f"    More:   dvm explain {visible(check.code)}"


def _place(check: CheckResult) -> str:
    if check.location is None:
        return visible(check.subject)
    place = place_text(check.location)
    named = str(check.location.path).endswith(check.subject)
    return place if named else f"{visible(check.subject)} ({place})"
