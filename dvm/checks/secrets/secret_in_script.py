"""DVM402: a secret in a setup script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.values import Place
from dvm.checks.secrets.found import Found, in_command, in_file
from dvm.checks.secrets.shapes import hits
from dvm.checks.secrets.telling import is_telling, looks_secret
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.subjects import ScriptSubject


def issues(program: Program) -> Iterator[Issue]:
    """Yield each secret: tokens anywhere in the text, comments too, and literal values of telling names."""
    text = program.text
    for hit in hits(text):
        line = text.count("\n", 0, hit.start) + 1
        column = hit.start - text.rfind("\n", 0, hit.start)
        yield Issue(Place(line, column, *program.around(line)), f"This line holds {hit.shape}.")
    for place, who, found in _by_name(program):
        yield Issue(place, f"`{code(who)}` is given a secret by its name: {code(found.name)}.")


def _by_name(program: Program) -> Iterator[tuple[Place, str, Found]]:
    for assignment in program.assignments:
        value = assignment.value.text
        if is_telling(assignment.name) and looks_secret(value, assignment.name):
            yield assignment.place, assignment.name, Found("its value", value)
    for command in program.commands:
        for found in in_command(command):
            yield command.place, command.name, found
    for file in program.written:
        for found in in_file(file.content.text):
            yield file.place, file.name, found


def values(program: Program) -> frozenset[str]:
    """Return the secrets themselves, for what is shown to leave them out."""
    return frozenset(found.value for _, _, found in _by_name(program))


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
    find=finder(issues),
)
