"""Secrets in a setup script that a telling name gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.secrets.found import Found, in_command, in_file
from dvm.checks.secrets.telling import is_telling, looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import Place


def by_name(program: Program) -> Iterator[tuple[Place, str, Found]]:
    """Yield where a literal value is given a telling name, by whom, and what was found there."""
    for assignment in program.assignments:
        value = assignment.value.text
        if is_telling(assignment.name) and looks_secret(value, assignment.name):
            yield assignment.place, assignment.name, Found("its value", value)
    for command in program.commands:
        for found in in_command(command):
            yield command.place, command.name, found
    for file in program.written:
        for found in in_file(file.name, file.content.text):
            yield file.place, file.name, found
        name, text = file.name.rpartition("/")[2], (file.content.known or "").strip()
        if (
            text
            and ":" not in text
            and is_telling(name)
            and not any(map(str.isspace, text))
            and looks_secret(text, name)
        ):
            yield file.place, file.name, Found("its content", text)


def values(program: Program) -> frozenset[str]:
    """Return the secrets themselves, for what is shown to leave them out."""
    return frozenset(found.value for _, _, found in by_name(program))
