"""Command lines without an option mean what they say: no parser is needed, which would be a third of a plan's cost.

Only commands that people wait for (`fast` in their list) are run so, and only where their words can mean one thing. All
else is typer's, mistakes above all. A property test holds the two to one another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from dvm.cli.commands import COMMANDS, Takes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Meaning(NamedTuple):
    """The command that a line names, and what it is called with."""

    command: str
    arguments: dict[str, Any]

    def run(self) -> int:
        """Run it and return its exit code.

        Raises:
            DvmError: of whatever did not work.
        """
        module = import_module(f"dvm.cli.commands.{self.command}")
        return int(getattr(module, self.command)(**self.arguments))


def meaning(words: Sequence[str]) -> Meaning | None:
    """Return what a command line means; None: that is for typer to find out."""
    name, *rest = words or ("ls",)
    if name == "--version":
        name = "version"
    command = next((each for each in COMMANDS if each.fast and each.name == name), None)
    # Up to "--" a word that begins with "-" may be an option; what follows it never is.
    end = rest.index("--") if "--" in rest else len(rest)
    if command is None or any(word.startswith("-") for word in rest[:end]):
        return None
    arguments = _arguments(command.takes, [*rest[:end], *rest[end + 1 :]])
    return None if arguments is None else Meaning(name, arguments)


def _arguments(takes: Takes, words: list[str]) -> dict[str, Any] | None:
    match takes:
        case Takes.NOTHING:
            return None if words else {}
        case Takes.VMS:
            return {"vms": words or None}
        case Takes.VM:
            return {"vm": words[0]} if len(words) == 1 else None
        case Takes.VM_AND_COMMAND:
            return {"vm": words[0], "command": words[1:] or None} if words else None
        case _:
            return None
