"""The walls around a VM as they were tried: `dvm verify`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from dvm.text import visible
from dvm.views.styles import PLAIN, WIDTH, Ink, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.wall import WallCheck

_GAP = "  "
_HEADING = ("WALL", "HOLDS", "WHO SAYS", "TRIED, AND WHAT WAS SEEN")
_MOST_CHARACTERS = 600


def walls_json(checks: Sequence[WallCheck]) -> dict[str, Any]:
    """Return the document of `dvm verify --json`."""
    return {
        "checks": [
            {
                "wall": check.wall,
                "tried": check.tried,
                "seen": check.seen,
                "voucher": str(check.voucher),
                "holds": check.holds,
                "promised": check.promised,
            }
            for check in checks
        ]
    }


def render_walls(name: str, checks: Sequence[WallCheck], *, ink: Ink = PLAIN) -> str:
    """Return the table for people, at most 80 columns wide. Ends with a newline."""
    cells = [(check.wall, _holds(check), str(check.voucher)) for check in checks]
    widths = [max(len(line[column]) for line in (_HEADING, *cells)) for column in range(len(_HEADING) - 1)]
    lines = [ink.bold(_GAP.join([*map(str.ljust, _HEADING[:-1], widths), _HEADING[-1]]))]
    for check, cell in zip(checks, cells, strict=True):
        start = _GAP.join([*map(str.ljust, cell, widths), ""])
        first, *more = _wrapped(check, WIDTH - len(start))
        lines += [
            _painted(check, start + first, ink),
            *(_painted(check, " " * len(start) + line, ink) for line in more),
        ]
    return "".join(f"{line}\n" for line in (*lines, "", *_end(name, checks, ink)))


def _holds(check: WallCheck) -> str:
    if check.holds is None:
        return "unknown"
    if check.holds:
        return "yes"
    return "NO" if check.promised else "open"


def _wrapped(check: WallCheck, width: int) -> list[str]:
    text = visible(f"{check.tried}: {check.seen}")
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def _painted(check: WallCheck, line: str, ink: Ink) -> str:
    if check.fails:
        return ink.red(line)
    return line if check.holds else ink.dim(line)


def _end(name: str, checks: Sequence[WallCheck], ink: Ink) -> Iterator[str]:
    address = f"vm.{visible(name)}"
    broken = sorted({check.wall for check in checks if check.fails and check.holds is False})
    unknown = sorted({check.wall for check in checks if check.fails and check.holds is None} - set(broken))
    left = sorted({check.wall for check in checks if not check.promised and not check.holds} - {*broken, *unknown})
    if broken:
        verb = "does" if len(broken) == 1 else "do"
        yield ink.red(f"{address}: {plural(len(broken), 'wall')} {verb} not hold: {_listed(broken)}.")
    if unknown:
        verb = "was" if len(unknown) == 1 else "were"
        yield ink.red(f"{address}: {plural(len(unknown), 'wall')} {verb} not seen to hold: {_listed(unknown)}.")
    if not broken and not unknown:
        yield ink.green(f"{address}: every wall that is promised holds.")
    if left:
        yield f"Not promised, and so not counted: {_listed(left)}."


def _listed(walls: Sequence[str]) -> str:
    """Return their names with commas between, none of them in a name."""
    return ", ".join(wall.replace(", ", " and ") for wall in walls)
