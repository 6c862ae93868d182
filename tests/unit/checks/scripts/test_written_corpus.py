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


@pytest.mark.parametrize("some", kinds.in_parts("good"), ids=kinds.file_and_part)
def test_good_scripts_of_a_kind_are_not_denied(some: kinds.Part) -> None:
    denied = {
        kind.name: details
        for kind in some.kinds
        if (details := [each.detail for each in failed(kind.text) if each.severity is Weight.DENY])
    }
    assert denied == {}


@pytest.mark.parametrize("some", kinds.in_parts("bad"), ids=kinds.file_and_part)
def test_bad_scripts_of_a_kind_are_found(some: kinds.Part) -> None:
    found = {kind: {result.code for result in failed(kind.text)} for kind in some.kinds}
    passed = {kind.name: codes for kind, codes in found.items() if not codes & (kind.expected | {"DVM210"})}
    assert passed == {}
