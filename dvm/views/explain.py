"""What a check looks for, why, and how to fix it, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.model.check import Weight
from dvm.views.styles import PLAIN, Ink, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.checks.base import Check


def render_check(check: Check[Any], *, ink: Ink = PLAIN) -> str:
    """Return one check in full. Ends with a newline."""
    consequence = "Denies: apply stops." if check.severity is Weight.DENY else "Warns; with --strict it denies."
    lines = [ink.bold(f"{check.code} {check.title}"), "", *prose(consequence, "  "), ""]
    for heading, text in (("Why", check.why), ("What to do", check.remedy)):
        lines += [f"  {ink.bold(heading)}", *prose(text, "  "), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def render_list(families: Iterable[tuple[str, Iterable[Check[Any]]]], *, ink: Ink = PLAIN) -> str:
    """Return every check, a line each, under its family's heading. Ends with a newline."""
    return "\n".join(_list(families, ink)) + "\n"


def _list(families: Iterable[tuple[str, Iterable[Check[Any]]]], ink: Ink) -> Iterator[str]:
    for heading, checks in families:
        yield ink.bold(heading)
        for check in checks:
            severity = ink.red("deny") if check.severity is Weight.DENY else ink.yellow("warn")
            yield f"  {check.code}  {severity}  {check.title}"
        yield ""
    yield "`dvm explain CODE` describes one."
