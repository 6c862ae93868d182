"""The review of a setup script: every DVM2xx check and DVM402, over one reading, with waivers.

Setup scripts are trusted code: the review catches habits and mistakes, and says where it can't follow. It is no proof
against an author who hides things. What it does not look at, and does not claim to:

- What a program of the script's own choice does: a package's install scripts, an unpacked and verified installer.
- Other languages: Python, Perl, Node and Ruby in the script are searched for signs of fetching and running, and for
  texts that they hand to a shell; they are not parsed.
- Files that are in the guest before the script runs, and what programs of the guest change behind its back.
- Whether the checksum in the script is the right one. That is what people review.
- Versions: a tag can be moved, and a distribution's mirror can send another package of the same version.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.scripts import (
    docker_group,
    host_private_key,
    remote_code,
    strict_mode,
    unfollowed,
    unpinned_version,
    unverified_download,
    verification_off,
    waiver_without_reason,
)
from dvm.checks.scripts.issue import Issue, code, finding_of, once
from dvm.checks.scripts.read import read, texts_of
from dvm.checks.scripts.values import Place
from dvm.checks.scripts.waivers import read_waivers
from dvm.checks.secrets import secret_in_script
from dvm.model.check import CheckResult, Outcome, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dvm.checks.base import Check, Finding
    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.read import Texts
    from dvm.checks.scripts.waivers import Waiver
    from dvm.checks.subjects import ScriptSubject

_SCRIPTS_KEPT = 256


class Rule(Struct, frozen=True):
    """A check together with what it looks for in a program."""

    check: Check[ScriptSubject]
    issues: Callable[[Program], Iterable[Issue]]


class Judged(Struct, frozen=True):
    """An issue under its rule, and the reason of the waiver that covers it."""

    check: Check[ScriptSubject]
    issue: Issue
    waived: str | None = None


RULES = tuple(
    Rule(module.CHECK, module.issues)
    for module in (
        strict_mode,
        remote_code,
        unverified_download,
        unpinned_version,
        host_private_key,
        docker_group,
        verification_off,
        waiver_without_reason,
        unfollowed,
        secret_in_script,
    )
)
"""All that a script is reviewed for."""


@lru_cache(maxsize=_SCRIPTS_KEPT)
def _judge(content: bytes, files: Texts = ()) -> tuple[Judged, ...]:
    """Return everything found in these bytes, with these companion files. Kept, since many VMs share a script."""
    program = read(content, files)
    waivers = read_waivers(program.comments)
    covering: dict[int, list[Waiver]] = {}
    for waiver in waivers:
        for line in waiver.covers:
            covering.setdefault(line, []).append(waiver)
    found = [
        Judged(rule.check, issue, _reason(covering, rule.check.code, issue.place))
        for rule in RULES
        for issue in once(program, rule.issues)
    ]
    found.extend(_idle(waivers))
    return tuple(sorted(found, key=lambda item: (item.issue.place.line, item.issue.place.column, item.check.code)))


def _reason(covering: dict[int, list[Waiver]], check_code: str, place: Place) -> str | None:
    near = (waiver for line in (place.line, place.first, place.last) for waiver in covering.get(line, ()))
    return next((waiver.reason for waiver in near if waiver.allows(check_code, place)), None)


def _idle(waivers: Iterable[Waiver]) -> Iterable[Judged]:
    """Yield a note for each waiver that covers nothing: it is listed with those in force, and denies nothing."""
    checks = {rule.check.code: rule.check for rule in RULES}
    for waiver in waivers:
        for name in () if waiver.problem else waiver.codes:
            if name not in waiver.used:
                line, column = waiver.comment.line, waiver.comment.column
                check = replace(checks[name], severity=Weight.WARN)
                issue = Issue(Place(line, column, line, line), "There is nothing here to waive; take the waiver away.")
                yield Judged(check, issue, waiver.reason)


def review(subject: ScriptSubject) -> list[CheckResult]:
    """Return what is wrong with a setup script, in order of place; waived findings are in it with their status.

    A script whose bytes could not be read gives no result: the checks of files say why.
    """
    content = subject.script.file.content
    if content is None:
        return []

    return [_result(item, finding_of(subject, item.issue)) for item in _judge(content, texts_of(subject.script))]


def _result(judged: Judged, finding: Finding) -> CheckResult:
    check, waived = judged.check, judged.waived
    detail = finding.detail if waived is None else f"{finding.detail} Waived because {code(waived)}"
    return CheckResult(
        code=check.code,
        severity=Weight.WARN if judged.issue.warns else check.severity,
        status=Outcome.FAIL if waived is None else Outcome.WAIVED,
        subject=finding.subject,
        summary=finding.title or check.title,
        detail=detail,
        remedy=finding.remedy or check.remedy,
        location=finding.location,
    )
