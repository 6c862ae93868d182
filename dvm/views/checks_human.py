"""The outcome of the security checks, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.likewise import likewise
from dvm.model.check import Outcome, Weight
from dvm.text import visible
from dvm.views.denials import denial_lines
from dvm.views.styles import PLAIN, Ink, plural, prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.check import CheckResult


def render_checks(
    checks: Sequence[CheckResult], *, ink: Ink = PLAIN, all_is_well: bool = True, option: str = ""
) -> str:
    """Return what the checks found: denials in full, warnings in short, waivers in force.

    Where they found nothing: one sentence that says so, or with `all_is_well` False nothing at all.
    `option` is what a command needs to work on the same manifest. Ends with a newline.
    """
    found = [check for check in checks if check.status is not Outcome.PASS]
    if not found:
        return "Security checks: nothing found.\n" if all_is_well else ""
    denied = [check for check in found if check.denies]
    warned = [check for check in found if check.status is Outcome.FAIL and check.severity is Weight.WARN]
    waived = [check for check in found if check.status is Outcome.WAIVED]
    lines = [ink.bold("Security checks:") + " " + _counts(len(likewise(denied)), len(warned), len(waived), ink), ""]
    lines += denial_lines(denied, ink, option)
    for check in (*warned, *waived):
        lines += _short(check, ink)
    if warned or waived:
        lines.append("")
    if denied:
        lines += [f"  Apply is refused until {'it is' if len(denied) == 1 else 'they are'} fixed.", ""]
    return "\n".join(lines)


def _short(check: CheckResult, ink: Ink) -> Iterator[str]:
    word = ink.yellow("warn") if check.status is Outcome.FAIL else ink.dim("waived")
    yield f"  {word} {visible(check.code)} {visible(check.summary)}: {_short_place(check)}"
    if check.detail:
        yield from prose(check.detail, "    ")


def _short_place(check: CheckResult) -> str:
    if check.location is None or check.location.line is None:
        return visible(check.subject)
    return f"{visible(check.subject)}:{check.location.line}"


def _counts(denied: int, warned: int, waived: int, ink: Ink) -> str:
    parts = []
    if denied:
        parts.append(ink.red(f"{denied} denied"))
    if warned:
        parts.append(ink.yellow(plural(warned, "warning")))
    if waived:
        parts.append(f"{waived} waived")
    return ", ".join(parts)
