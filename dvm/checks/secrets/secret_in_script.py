"""DVM402: a secret in a setup script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.secrets.by_name import by_name
from dvm.checks.secrets.shapes import hits, key_hits
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.scripts.issue import Issue
    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import Place, Value
    from dvm.checks.subjects import ScriptSubject


_LONGEST = 4096


def issues(program: Program) -> Iterator[Issue]:
    """Yield each secret: tokens anywhere in the text, comments too, and literal values of telling names."""
    # Late, here and below: a look for secrets in the manifest imports this package, and needs no Bash parser.
    from dvm.checks.scripts.issue import Issue, code
    from dvm.checks.scripts.values import Place

    text = program.text
    for hit in hits(text):
        line = text.count("\n", 0, hit.start) + 1
        column = hit.start - text.rfind("\n", 0, hit.start)
        yield Issue(Place(line, column, *program.around(line)), f"This line holds {hit.shape}.")
    yield from _put_together(program)
    for place, who, found in by_name(program):
        yield Issue(place, f"`{code(who)}` is given a secret by its name: {code(found.name)}.")


def _put_together(program: Program) -> Iterator[Issue]:
    """Tokens that are in the script in pieces only."""
    from dvm.checks.scripts.issue import Issue, code

    for place, who, value in _given(program):
        known = value.known
        if known is not None and len(known) < _LONGEST:
            for hit in (*hits(known), *key_hits(known)):
                if known[hit.start : hit.end] not in program.text:
                    yield Issue(place, f"`{code(who)}` is given {hit.shape}.")


def _given(program: Program) -> Iterator[tuple[Place, str, Value]]:
    """Yield what commands and files are given: the place, what to, and the text."""
    for command in program.commands:
        for value in (*command.words, *(() if command.stdin is None else (command.stdin,))):
            yield command.place, command.name, value
    for file in program.written:
        yield file.place, file.name, file.content


def _find(subject: ScriptSubject) -> Iterator[Finding]:
    from dvm.checks.scripts.issue import finder

    yield from finder(issues)(subject)


CHECK: Check[ScriptSubject] = Check(
    code="DVM402",
    severity=Weight.DENY,
    title="Secret in a setup script",
    why=(
        "Setup scripts live in a dotfiles repository, and DVM keeps what ran in receipts and shows it in diffs. A "
        "secret in one is in every clone, in its history, and in every VM that runs it."
    ),
    remedy=(
        "Revoke it, for it has been written down, and take it out. Sign in to tools inside the VM, keep secrets there "
        "with sops or age, or hand one over for one command: dvm ssh VM --env NAME -- CMD."
    ),
    find=_find,
)
