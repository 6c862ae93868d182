"""The diagrams are what their code draws now, and can be read: light and dark, wide and narrow."""

from __future__ import annotations

import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT
from tests.pictures.diagrams import DIAGRAMS, IMAGES
from tests.pictures.svg import DARK, LIGHT, width, wrapped

# What is written on what.
PAIRS = [*product(("text", "quiet"), ("page", "panel")), ("on", "host"), ("on", "guest"), ("stop", "page")]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_is_fresh(name: str) -> None:
    assert (IMAGES / name).read_text(encoding="utf-8") == DIAGRAMS[name](), "make it anew: make pictures"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_text_leaves_the_picture_and_no_other_host_is_asked(name: str) -> None:
    svg = DIAGRAMS[name]()
    root = ET.fromstring(svg)
    across = float(root.attrib["width"])
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert text.text
        factor = 1.14 if text.attrib["class"] in {"strong", "on"} else 1
        room = {"start": 1.0, "middle": 0.5, "end": 0.0}[text.attrib["text-anchor"]]
        assert float(text.attrib["x"]) + width(text.text) * factor * room <= across, text.text
    assert set(re.findall(r"https?:[^\s<\"]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in svg


@pytest.mark.parametrize("name", [name for name in DIAGRAMS if "-narrow" not in name])
def test_a_page_shows_it_with_its_narrow_form_and_says_in_words_what_it_shows(name: str) -> None:
    narrow = name.replace(".svg", "-narrow.svg")
    assert narrow in DIAGRAMS
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    (page,) = [page for page in pages if f"images/{name}" in page]
    assert re.search(rf'<source media="\(max-width: \d+px\)" srcset="[./]*images/{narrow}">', page)
    assert re.search(rf'<img src="[./]*images/{name}" alt="[^"]{{40,}}">', page)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_stands_out_from_what_is_behind_it(colours: dict[str, str], front: str, back: str) -> None:
    lighter, darker = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_word_that_does_not_fit_is_an_error() -> None:
    assert wrapped("as many as fit", 70) == ["as many", "as fit"]
    with pytest.raises(ValueError, match="does not fit"):
        wrapped("incomprehensibilities", 70)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
