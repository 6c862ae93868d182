"""The picture of a plan is what DVM prints now, to the byte."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tests.conftest import ROOT, Dvm
from tests.pictures.picture import PLAN, picture, plan_on_a_terminal


def test_the_picture_of_a_plan_is_fresh(dvm: Dvm) -> None:
    assert PLAN.read_text(encoding="utf-8") == picture("dvm plan", plan_on_a_terminal(dvm)), (
        "make it anew: make pictures"
    )


def test_it_shows_what_would_change_why_and_what_stands_in_the_way() -> None:
    root = ET.parse(PLAN).getroot()
    shown = "".join(root.itertext()).replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "cpus = 2 -> 4",
        "restarts: Lima changes cpus",
        "+curl -fsSL",
        "DVM202",
        "Plan: 0 to add, 1 to change",
    ):
        assert words in shown


def test_it_asks_no_other_host_for_anything_and_tells_of_no_machine() -> None:
    text = PLAN.read_text(encoding="utf-8")
    named = set(re.findall(r"https?:[^\s<\"`&]+", text))
    assert named == {"http://www.w3.org/2000/svg", "https://tools.example/install"}
    assert "@font-face" not in text
    assert str(ROOT) not in text


def test_the_readme_shows_it() -> None:
    assert "](docs/images/plan.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")
