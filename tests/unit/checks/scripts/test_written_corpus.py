"""Scripts as people write them, careful and careless, and hostile ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dvm.model.check import Weight
from tests.unit.checks.scripts import kinds
from tests.unit.checks.scripts.reviewing import CORPUS, failed

CAREFUL = [*sorted((CORPUS / "written").glob("careful*/*.sh")), *sorted((CORPUS / "hostile" / "good").glob("*.sh"))]
CARELESS = [*sorted((CORPUS / "written").glob("careless*/*.sh")), *sorted((CORPUS / "hostile" / "bad").glob("*.sh"))]


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CAREFUL, ids=_name)
def test_a_careful_script_is_not_denied(path: Path) -> None:
    found = failed(path.read_text(encoding="utf-8"))
    assert [result.detail for result in found if result.severity is Weight.DENY] == []


@pytest.mark.parametrize("path", CARELESS, ids=_name)
def test_a_careless_script_is_found(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = set(re.findall(r"DVM\d{3}", text.partition("\n")[0]))
    found = {result.code for result in failed(text)}
    # A download that is made executable is DVM202's, which reports it once.
    assert found & (wanted | {"DVM210"} | ({"DVM202"} if "DVM203" in wanted else set()))


@pytest.mark.parametrize("kind", kinds.read("good"), ids=lambda kind: kind.name)
def test_a_good_script_of_a_kind_is_not_denied(kind: kinds.Kind) -> None:
    found = failed(kind.text)
    assert [result.detail for result in found if result.severity is Weight.DENY] == []


@pytest.mark.parametrize("kind", kinds.read("bad"), ids=lambda kind: kind.name)
def test_a_bad_script_of_a_kind_is_found(kind: kinds.Kind) -> None:
    assert {result.code for result in failed(kind.text)} & (kind.expected | {"DVM210"})
