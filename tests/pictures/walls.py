"""The walls of a VM, as a picture: what passes, what does not, and who holds it."""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.pictures.svg import Drawing, badge_width, wrapped

_LABEL: Final = (
    "The walls of a VM: what passes between guest and host, what does not, and whether host or guest holds it"
)


class _Row(NamedTuple):
    name: str
    note: str
    held: tuple[tuple[str, str], ...]
    """Who holds it: a text, and `host` or `guest`."""
    passes: bool = False
    inbound: bool = False


_HOST: Final = (("host", "host"),)
_EITHER: Final = (("host: QEMU", "host"), ("guest: other drivers", "guest"))
_ROWS: Final = (
    _Row("Your files and devices", "No mounts, no disks; one in the configuration is refused before the boot.", _HOST),
    _Row("SSH agent, X11 display", "Turned off in each call, and refused in the configuration.", _HOST),
    _Row(
        "Services on 127.0.0.1",
        "Closed to DVM_USER and containers; to all where egress is a list or none.",
        (("guest", "guest"), ("host: QEMU with egress", "host")),
    ),
    _Row("The Internet", "Open, unless egress lists the names that may be reached.", _EITHER, passes=True),
    _Row("Declared ports", "HOST:GUEST, on the host's 127.0.0.1 alone.", _HOST, passes=True, inbound=True),
    _Row("Other ports and machines", "Not forwarded; no network but Lima's own.", _HOST, inbound=True),
)
_INSIDE: Final = (
    ("DVM_USER", "Your session, project code, packages, agents."),
    ("root", "Setup scripts and services. Reads all that is in this guest."),
)
_SUDO: Final = ("guest: no sudo", "guest")
_LEGEND: Final = (
    ("host", "host", "held on the host: root of the guest can't undo it"),
    ("guest", "guest", "held in the guest: while nothing hostile is root there"),
)
_PAD: Final = 14


def _row(drawing: Drawing, row: _Row, x: float, y: float, across: float) -> float:
    """Draw what is behind the wall; return its height."""
    room = across - 2 * _PAD
    badges = _badges(row, room)
    down = 36 + 20 * len(wrapped(row.note, room)) + 32 * (badges[-1][1] + 1)
    drawing.box(x, y, across, down, "plain")
    drawing.text(x + _PAD, y + 20, row.name, "strong")
    end = drawing.paragraph(x + _PAD, y + 42, row.note, room, "quiet")
    for (text, kind), (at, line) in zip(row.held, badges, strict=True):
        drawing.badge(x + _PAD + at, end + 5 + 32 * line, text, kind)
    return down


def _badges(row: _Row, room: float) -> list[tuple[float, int]]:
    """Return where each badge goes: its left edge and its line."""
    places, at, line = [], 0.0, 0
    for text, _kind in row.held:
        if at and at + badge_width(text) > room:
            at, line = 0.0, line + 1
        places.append((at, line))
        at += badge_width(text) + 8
    return places


def _inside(drawing: Drawing, x: float, y: float, across: float, down: float) -> None:
    """Draw the guest with its own wall: DVM_USER above, root below."""
    drawing.box(x, y, across, down, "panel")
    half, inner, left = (down - 28 - 48) / 2, across - 28, x + 14
    for number, (name, note) in enumerate(_INSIDE):
        top = y + 14 + number * (half + 48)
        drawing.box(left, top, inner, half, "plain")
        drawing.text(left + _PAD, top + 20, name, "strong")
        drawing.paragraph(left + _PAD, top + 42, note, inner - 2 * _PAD, "quiet")
    middle = y + down / 2
    drawing.box(left, middle - 5, inner, 10, _SUDO[1])
    drawing.badge(left + (inner - badge_width(_SUDO[0])) / 2, middle, *_SUDO)


class _Across(NamedTuple):
    """Where arrows start and end, and the wall between."""

    guest: float
    wall: float
    host: float


def _wall(drawing: Drawing, rows: list[tuple[_Row, float]], top: float, bottom: float, at: _Across) -> None:
    drawing.box(at.wall - 5, top, 10, bottom - top, "host")
    for row, middle in rows:
        start, end = (at.host, at.guest) if row.inbound else (at.guest, at.host)
        if row.passes:
            drawing.box(at.wall - 6, middle - 12, 12, 24, "page")
            drawing.arrow((start, middle), (end, middle))
        else:
            side = 1 if row.inbound else -1
            drawing.arrow((start, middle), (at.wall + 22 * side, middle))
            drawing.cross(at.wall + 13 * side, middle)


def _rows(drawing: Drawing, x: float, y: float, across: float) -> tuple[list[tuple[_Row, float]], float]:
    """Draw all that is behind the wall; return each row with its middle, and where they end."""
    places = []
    for row in _ROWS:
        down = _row(drawing, row, x, y, across)
        places.append((row, y + down / 2))
        y += down + 12
    return places, y - 12


def _legend(drawing: Drawing, y: float) -> float:
    for text, kind, note in _LEGEND:
        at = drawing.badge(16, y, text, kind)
        y = drawing.paragraph(max(at, 80) + 10, y, note, drawing.across - 110, "quiet") + 8
    return y


def wide() -> str:
    """Return the picture for a wide page: guest, wall and host side by side."""
    drawing = Drawing(960, _LABEL)
    top, host = 48.0, 452.0
    drawing.text(26, 26, "The VM", "strong")
    drawing.text(host, 26, "Your host, and all else", "strong")
    places, bottom = _rows(drawing, host, top, drawing.across - 12 - host)
    _inside(drawing, 12, top, 290, bottom - top)
    _wall(drawing, places, top, bottom, _Across(306, 378, host - 4))
    return drawing.svg(_legend(drawing, bottom + 32))


def narrow() -> str:
    """Return the picture for a narrow page: the guest above, and one row under the other."""
    drawing = Drawing(380, _LABEL)
    top, host = 340.0, 106.0
    drawing.text(26, 22, "The VM", "strong")
    _inside(drawing, 12, 42, 356, 250)
    drawing.text(host, 318, "Your host, and all else", "strong")
    places, bottom = _rows(drawing, host, top, drawing.across - 12 - host)
    _wall(drawing, places, top, bottom, _Across(14, 58, host - 4))
    return drawing.svg(_legend(drawing, bottom + 32))
