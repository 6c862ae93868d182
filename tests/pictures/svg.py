"""A few shapes as SVG: boxes, lines of text, arrows. Colours follow the reader's light or dark scheme."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

FONT: Final = 15
"""Size of text, in the picture's own pixels."""
_LINE: Final = 20
_WIDEST: Final = 0.56
"""Width of an average character of a sans-serif font, as a part of its size: on the safe side."""

# Each pair of text and background has a contrast of 4.5 or more (WCAG AA), which a test holds.
LIGHT: Final = {
    "page": "#ffffff",
    "panel": "#f3f5f7",
    "line": "#8a94a0",
    "text": "#1d232b",
    "quiet": "#4d5763",
    "host": "#0b6b62",
    "guest": "#8a4b00",
    "stop": "#b3261e",
    "on": "#ffffff",
}
DARK: Final = {
    "page": "#14181d",
    "panel": "#1e242b",
    "line": "#77828f",
    "text": "#e6eaef",
    "quiet": "#b3bdc8",
    "host": "#57cabd",
    "guest": "#f0b060",
    "stop": "#ff8a80",
    "on": "#14181d",
}


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


_STYLE: Final = f"""\
svg {{ {_variables(LIGHT)} font: {FONT}px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }}
@media (prefers-color-scheme: dark) {{ svg {{ {_variables(DARK)} }} }}
.page {{ fill: var(--page); }}
.panel {{ fill: var(--panel); stroke: var(--line); }}
.plain {{ fill: var(--page); stroke: var(--line); }}
.host {{ fill: var(--host); }}
.guest {{ fill: var(--guest); }}
.stop {{ fill: var(--stop); }}
text {{ fill: var(--text); }}
.quiet {{ fill: var(--quiet); }}
.on {{ fill: var(--on); font-weight: 600; }}
.strong {{ font-weight: 600; }}
.line {{ stroke: var(--line); stroke-width: 2; fill: none; }}
.head {{ fill: var(--line); }}
.cross {{ stroke: var(--stop); stroke-width: 3; fill: none; }}
"""


def width(text: str) -> float:
    """Return the width that a line of text needs at most, in the picture's pixels."""
    return len(text) * FONT * _WIDEST


def badge_width(text: str) -> float:
    """Return the width of a badge, whose text is bold."""
    return width(text) * 1.14 + 18


def wrapped(text: str, room: float) -> list[str]:
    """Return the text in lines that fit into `room` pixels.

    Raises:
        ValueError: where a single word does not fit.
    """
    lines = [""]
    for word in text.split():
        if width(word) > room:
            raise ValueError(f"{word!r} does not fit into {room} pixels")
        longer = f"{lines[-1]} {word}".strip()
        if width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class Drawing:
    """Shapes in the order in which they are drawn."""

    def __init__(self, across: float, label: str) -> None:
        self.across = across
        self._label = label
        self._shapes: list[str] = []

    def box(self, x: float, y: float, across: float, down: float, kind: str) -> None:
        """Draw a rectangle with round corners; its kind is a class of the style."""
        self._shapes.append(f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{across:g}" height="{down:g}" rx="7"/>')

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        """Write one line whose middle is at `y`."""
        self._shapes.append(
            f'<text class="{kind}" x="{x:g}" y="{y + FONT * 0.36:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def paragraph(self, x: float, y: float, text: str, room: float, kind: str = "") -> float:
        """Write text in lines, the first with its middle at `y`; return the middle of the line after it."""
        for line in wrapped(text, room):
            self.text(x, y, line, kind)
            y += _LINE
        return y

    def badge(self, x: float, y: float, text: str, kind: str) -> float:
        """Draw a filled label with its middle at `y`; return the x where it ends."""
        across = badge_width(text)
        self.box(x, y - 12, across, 24, kind)
        self.text(x + across / 2, y, text, "on", "middle")
        return x + across

    def arrow(self, *points: tuple[float, float]) -> None:
        """Draw a line through the points, with a head at the last."""
        (fx, fy), (x, y) = points[-2:]
        path = " ".join(f"{a:g},{b:g}" for a, b in points)
        self._shapes.append(f'<polyline class="line" points="{path}"/>')
        if fy == y:
            back = -9 if x > fx else 9
            head = f"{x:g},{y:g} {x + back:g},{y - 6:g} {x + back:g},{y + 6:g}"
        else:
            back = -9 if y > fy else 9
            head = f"{x:g},{y:g} {x - 6:g},{y + back:g} {x + 6:g},{y + back:g}"
        self._shapes.append(f'<polygon class="head" points="{head}"/>')

    def cross(self, x: float, y: float) -> None:
        """Draw a cross with its middle at a point: nothing passes there."""
        self._shapes.append(f'<path class="cross" d="M{x - 7:g} {y - 7:g}l14 14m0 -14l-14 14"/>')

    def svg(self, down: float) -> str:
        """Return the picture, `down` pixels high."""
        shapes = "\n".join(self._shapes)
        return (
            f'<svg viewBox="0 0 {self.across:g} {down:g}" width="{self.across:g}" height="{down:g}" '
            f'xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(self._label)}">\n'
            f"<style>\n{_STYLE}</style>\n"
            f'<rect class="page" width="{self.across:g}" height="{down:g}"/>\n{shapes}\n</svg>\n'
        )
