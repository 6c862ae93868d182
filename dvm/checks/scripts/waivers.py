"""Waivers: comments by which the author of a script takes the responsibility for one finding.

    # dvm: allow=DVM203 because the archive has no published checksum; we looked at it on 2026-01-02
    curl -fsSLO https://example.org/archive.tgz

A waiver is at the end of the line of the finding, or alone on the line above it (other comments may be between).
It counts only as a real comment of the script: not in a string, and not in a here-document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.patterns import pattern
from dvm.checks.scripts.program import TOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.checks.scripts.program import Comment
    from dvm.checks.scripts.values import Place

WAIVABLE = frozenset({"DVM201", "DVM202", "DVM203", "DVM204", "DVM205", "DVM206", "DVM207", "DVM210", "DVM402"})
_WAIVER = pattern(r"#+\s*dvm:\s*allow\b\s*=?\s*(?P<rest>.*)", re.IGNORECASE)
_CODES = pattern(r"(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)\s*(?P<rest>.*)")
_REASON = pattern(r"because\b[\s:,]*(?P<reason>.*)", re.IGNORECASE)
_WORD = pattern(r"\w\w+")


class Waiver(Struct):
    """One waiver. `problem` says why it does not count; `covers` are the lines it is about."""

    comment: Comment
    codes: tuple[str, ...]
    reason: str
    problem: str = ""
    covers: frozenset[int] = frozenset()
    used: set[str] = field(default_factory=set)

    def allows(self, code: str, place: Place) -> bool:
        """Whether it covers a finding at this place, and remember that it did."""
        if self.problem or code not in self.codes:
            return False
        # A long statement has no room for a comment inside: its first line (and its last, for one at its end) stand
        # for all of it.
        lines = {place.line, place.first} if self.comment.alone else {place.line, place.first, place.last}
        if not lines & self.covers:
            return False
        self.used.add(code)
        return True


def read_waivers(comments: Sequence[Comment]) -> list[Waiver]:
    """Return the waivers among the comments, those that do not count as well."""
    alone = {comment.line for comment in comments if comment.alone}
    targets: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        targets[line] = targets.get(line + 1, line + 1)
    top = 2
    while top in alone:
        top += 1
    found: list[Waiver] = []
    for comment in comments:
        match = _WAIVER.match(comment.text)
        if match is not None:
            waiver = _read(comment, match["rest"].strip())
            at_top = comment.alone and comment.line <= top
            waiver.covers = frozenset(
                {
                    targets.get(comment.line, comment.line) if comment.alone else comment.line,
                    *((TOP,) if at_top else ()),
                }
            )
            found.append(waiver)
    return found


def _read(comment: Comment, text: str) -> Waiver:
    match = _CODES.match(text)
    if match is None:
        return Waiver(comment, (), "", "it names no code")
    codes = tuple(code.strip() for code in match["codes"].split(","))
    reason = _REASON.match(match["rest"])
    waiver = Waiver(comment, codes, "" if reason is None else reason["reason"].strip())
    unknown = [code for code in codes if code not in WAIVABLE]
    if "because" in (code.lower() for code in codes):
        waiver.problem = "it names no code"
    elif unknown:
        waiver.problem = f"{', '.join(unknown)} is not a code that can be waived in a script"
    elif reason is None or not _WORD.search(waiver.reason):
        waiver.problem = "it gives no reason"
    return waiver
