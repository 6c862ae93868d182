"""What a check is: one rule with a code, a severity, a text for people, and a function that finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from dvm.model.check import CheckResult, Outcome, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dvm.diagnostics import Location

SubjectT = TypeVar("SubjectT")


class Finding(Struct, frozen=True):
    """What a check found, before it gets the check's code and severity."""

    subject: str
    detail: str
    location: Location | None = None
    remedy: str = ""
    """Where the general remedy of the check can be made exact, e.g. the chmod to type."""
    setting: str = ""
    """The key of Lima's configuration that it is about."""
    title: str = ""
    """Where the check's own title would name another thing than was found."""
    fixes: str = ""
    """The quoted path that the remedy ends in, where it is a command that takes several."""
    alike: str = ""
    """What findings have to have in common for such a command to fix them together."""
    severity: Weight | None = None
    """Where it is another one than the check's."""


class Check(Struct, Generic[SubjectT], frozen=True):
    """One rule of the catalogue. `find` yields nothing where all is well.

    `title` fits a table; `why` says what an attacker gains; `remedy` says what to do. docs/reference/checks.md and
    `dvm explain` are made from these texts.
    """

    code: str
    severity: Weight
    title: str
    why: str
    remedy: str
    find: Callable[[SubjectT], Iterable[Finding]]

    def run(self, subject: SubjectT) -> list[CheckResult]:
        """Return a failed result for each finding; an empty list means the check passed."""
        return [
            CheckResult(
                code=self.code,
                severity=finding.severity or self.severity,
                status=Outcome.FAIL,
                subject=finding.subject,
                summary=finding.title or self.title,
                detail=finding.detail,
                remedy=finding.remedy or self.remedy,
                location=finding.location,
                setting=finding.setting,
                fixes=finding.fixes,
                alike=finding.alike,
            )
            for finding in self.find(subject)
        ]
