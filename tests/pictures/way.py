"""The way of an apply, as a picture: from the manifest to the receipt."""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.pictures.svg import Drawing, wrapped

_LABEL: Final = "The way of an apply: manifest, plan, checks; create or clone, look, boot; bootstrap, setup, receipt"


class _Step(NamedTuple):
    name: str
    does: str
    otherwise: str = ""


class _Part(NamedTuple):
    name: str
    note: str
    steps: tuple[_Step, ...]


_WAY: Final = (
    _Part(
        "Decide",
        "Nothing changes yet.",
        (
            _Step("Manifest", "dvm.toml, vms/*, scripts and templates: each file opened, read and hashed once"),
            _Step("Plan", "compared with limactl list and the receipts: changes, steps, reasons"),
            _Step(
                "Checks", "files, scripts, instances, secrets; then it is shown, and you approve it", "refused: exit 3"
            ),
        ),
    ),
    _Part(
        "Make",
        "No code of the guest runs before the look.",
        (
            _Step("Create or clone", "limactl create --mount-none, or a clone of a base; not started"),
            _Step(
                "Look", "Lima's effective configuration is read back: every field is judged", "refused: never booted"
            ),
            _Step(
                "Boot", "limactl start; _config is watched; a second look, and a look at the ports", "stopped: DVM313"
            ),
        ),
    ),
    _Part(
        "Set up",
        "Each step ends with a proof, or it failed.",
        (
            _Step("Bootstrap", "DVM_USER, code directory, subordinate ids, dvm-fetch"),
            _Step("Setup", "your scripts, in order: the bytes that were shown, verified in the guest"),
            _Step("Receipt", "dvm.json in the instance's directory: what ran, with digests; the next plan starts here"),
        ),
    ),
)
_GAP: Final = 34
_PAD: Final = 14


def _step(drawing: Drawing, step: _Step, x: float, y: float, across: float, down: float) -> None:
    drawing.box(x, y, across, down, "plain")
    drawing.text(x + _PAD, y + 20, step.name, "strong")
    end = drawing.paragraph(x + _PAD, y + 43, step.does, across - 2 * _PAD, "quiet")
    if step.otherwise:
        drawing.cross(x + _PAD + 7, end + 3)
        drawing.text(x + _PAD + 24, end + 3, step.otherwise)


def _height(steps: tuple[_Step, ...], across: float) -> float:
    return max(44 + 20 * len(wrapped(step.does, across - 2 * _PAD)) + (22 if step.otherwise else 0) for step in steps)


def wide() -> str:
    """Return the picture for a wide page: a row for each part."""
    drawing = Drawing(960, _LABEL)
    across = (drawing.across - 40 - 2 * _GAP - 2 * _PAD) / 3
    y = 16.0
    for number, part in enumerate(_WAY):
        down = _height(part.steps, across)
        drawing.box(12, y, drawing.across - 24, down + 62, "panel")
        drawing.text(12 + _PAD, y + 22, part.name, "strong")
        drawing.text(drawing.across - 12 - _PAD, y + 22, part.note, "quiet", "end")
        top = y + 44
        for place, step in enumerate(part.steps):
            x = 20 + _PAD + place * (across + _GAP)
            _step(drawing, step, x, top, across, down)
            if place:
                drawing.arrow((x - _GAP + 3, top + down / 2), (x - 3, top + down / 2))
        y += down + 62 + _GAP
        if number + 1 < len(_WAY):
            drawing.arrow((drawing.across / 2, y - _GAP + 4), (drawing.across / 2, y - 4))
    return drawing.svg(y - _GAP + 16)


def narrow() -> str:
    """Return the picture for a narrow page: one step under the other."""
    drawing = Drawing(380, _LABEL)
    across = drawing.across - 24 - 2 * _PAD
    y = 10.0
    for number, part in enumerate(_WAY):
        heights = [_height((step,), across) for step in part.steps]
        note = wrapped(part.note, across)
        inner = sum(heights) + 22 * (len(heights) - 1) + 40 + 20 * len(note)
        drawing.box(12, y, drawing.across - 24, inner + _PAD, "panel")
        drawing.text(12 + _PAD, y + 22, part.name, "strong")
        top = drawing.paragraph(12 + _PAD, y + 44, part.note, across, "quiet") - 6
        for place, (step, down) in enumerate(zip(part.steps, heights, strict=True)):
            _step(drawing, step, 12 + _PAD, top, across, down)
            top += down + 22
            if place + 1 < len(heights):
                drawing.arrow((drawing.across / 2, top - 20), (drawing.across / 2, top - 2))
        y += inner + _PAD + 24
        if number + 1 < len(_WAY):
            drawing.arrow((drawing.across / 2, y - 22), (drawing.across / 2, y - 2))
    return drawing.svg(y - 14)
