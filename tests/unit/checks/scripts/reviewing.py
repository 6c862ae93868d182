"""Reviews a script given as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dvm.checks.scripts import review
from dvm.checks.subjects import ScriptSubject
from dvm.model.check import Outcome
from tests import factories

if TYPE_CHECKING:
    from dvm.model.check import CheckResult

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
STRICT = "set -Eeuo pipefail\n"
SUM = "0123456789abcdef" * 4
QUIET = frozenset({"DVM201", "DVM204"})


def subject(text: str) -> ScriptSubject:
    script = factories.script("base.sh", text)
    return ScriptSubject(script, factories.desired("app", script))


def reviewed(text: str) -> list[CheckResult]:
    return review(subject(text))


def failed(text: str) -> list[CheckResult]:
    return [result for result in reviewed(text) if result.status is Outcome.FAIL]


def codes(text: str) -> set[str]:
    return {result.code for result in failed(text)}


def lines(text: str, code: str) -> list[tuple[int | None, int | None]]:
    found = [result.location for result in failed(text) if result.code == code]
    return [(place.line, place.column) for place in found if place is not None]
