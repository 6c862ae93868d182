"""A line chart with logarithmic axes, as SVG: two dozen lines of text need no library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

_WIDTH, _HEIGHT = 680, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 170, 30, 50
# Told apart by people who do not see all colours, on light and on dark.
_COLOURS = ("#0072b2", "#e69f00", "#cc79a7", "#009e73")


def chart(title: str, x_name: str, y_name: str, lines: Mapping[str, Mapping[int, float]]) -> str:
    """Return a chart of each line's y by its x, all of them positive."""
    xs = [x for points in lines.values() for x in points]
    ys = [y for points in lines.values() for y in points.values()]
    x_ends, y_ends = _decades(xs), _decades(ys)

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + _part(x, x_ends) * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - _part(y, y_ends) * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
            f'font-size="13" role="img" aria-label="{title}">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 18, title, weight="bold"),
        _text((_WIDTH - _RIGHT + _LEFT) / 2, _HEIGHT - 10, x_name, anchor="middle"),
        _text(_LEFT - 6, 18, y_name, anchor="end"),
    ]
    for tick in _ticks(x_ends):
        x, y = at(tick, y_ends[0])
        parts += [_line(x, y, x, _TOP), _text(x, y + 18, f"{tick:,.0f}", anchor="middle")]
    for tick in _ticks(y_ends):
        x, y = at(x_ends[0], tick)
        parts += [_line(x, y, _WIDTH - _RIGHT, y), _text(x - 6, y + 4, f"{tick:,.0f}", anchor="end")]
    for colour, (name, points) in zip(_COLOURS, lines.items(), strict=False):
        places = [at(x, y) for x, y in sorted(points.items())]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(_text(places[-1][0] + 8, places[-1][1] + 4, name, fill=colour))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _part(value: float, ends: tuple[float, float]) -> float:
    low, high = (math.log10(end) for end in ends)
    return (math.log10(value) - low) / (high - low)


def _ticks(ends: tuple[float, float]) -> list[float]:
    low, high = (round(math.log10(end)) for end in ends)
    return [10.0**power for power in range(low, high + 1)]


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal", fill: str = "#222222"
) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}">{text}</text>'
