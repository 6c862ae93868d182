"""What a check of setup scripts finds: an issue with its place, and how it becomes a finding."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.base import Finding
from dvm.checks.patterns import pattern
from dvm.checks.scripts.read import read, texts_of
from dvm.checks.secrets.by_name import values
from dvm.checks.secrets.mask import mask
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import Place
    from dvm.checks.subjects import ScriptSubject

_LONGEST = 96
_SHORTEST = 3
_MASKED = "[secret]"
_OURS = pattern(r'"?\$\{__dvm_\w+\}"?')
_BLANKS = pattern(r"(?:\\\n|\s)+")


class Issue(Struct, frozen=True):
    """One place in a script where a rule is broken."""

    place: Place
    detail: str
    remedy: str = ""
    title: str = ""
    warns: bool = False
    """Whether it is less than the check's own severity."""


def code(text: str) -> str:
    """Return a piece of a script as it may be printed: on one line, cut, without secrets and escapes."""
    line = _BLANKS.sub(" ", _OURS.sub("\N{HORIZONTAL ELLIPSIS}", mask(text))).strip()
    cut = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return visible(cut)


def finder(issues: Callable[[Program], Iterable[Issue]]) -> Callable[[ScriptSubject], Iterator[Finding]]:
    """Return the `find` of a check whose rule looks at a program."""
    return partial(_find, issues)


def _find(issues: Callable[[Program], Iterable[Issue]], subject: ScriptSubject) -> Iterator[Finding]:
    content = subject.script.file.content
    if content is not None:
        for issue in once(read(content, texts_of(subject.script)), issues):
            yield finding_of(subject, issue)


def finding_of(subject: ScriptSubject, issue: Issue) -> Finding:
    """Return an issue as a finding about this script."""
    path = subject.script.file.path
    where = Location(path, issue.place.line, issue.place.column)
    return Finding(shown(path), issue.detail, where, issue.remedy, title=issue.title)


def once(program: Program, issues: Callable[[Program], Iterable[Issue]]) -> list[Issue]:
    """Return the issues of a rule in order of place, one a place, without the script's secrets in their texts."""
    by_place: dict[tuple[int, int], Issue] = {}
    for issue in issues(program):
        by_place.setdefault((issue.place.line, issue.place.column), issue)
    if by_place and program.secrets is None:
        program.secrets = frozenset(visible(_BLANKS.sub(" ", value)) for value in values(program))
    return [_without(by_place[key], program.secrets or frozenset()) for key in sorted(by_place)]


def _without(issue: Issue, secrets: frozenset[str]) -> Issue:
    detail = issue.detail
    for secret in secrets:
        detail = detail.replace(secret, _MASKED)
        # The text may have been cut within it.
        for length in range(len(secret) - 1, _SHORTEST - 1, -1):
            detail = detail.replace(secret[:length] + "\N{HORIZONTAL ELLIPSIS}", _MASKED)
    return issue if detail == issue.detail else replace(issue, detail=detail)
