"""The diagrams of the documentation: `python -m tests.pictures.diagrams` writes them (make pictures)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.conftest import ROOT
from tests.pictures import walls, way

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGES: Final = ROOT / "docs" / "images"
DIAGRAMS: Final[dict[str, Callable[[], str]]] = {
    "apply.svg": way.wide,
    "apply-narrow.svg": way.narrow,
    "walls.svg": walls.wide,
    "walls-narrow.svg": walls.narrow,
}


def main() -> None:
    """Write the diagrams into docs/images."""
    for name, drawn in DIAGRAMS.items():
        (IMAGES / name).write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
