"""Command lines without an option mean what they say: no parser is needed, which would be a third of a plan's cost.

Only commands that people wait for are known here, and only where their words can mean one thing. All else is typer's,
mistakes above all. A property test holds the two to one another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
    command, *rest = words or ("ls",)
    take = _PLAIN.get(command)
    # Up to "--" a word that begins with "-" may be an option; what follows it never is.
    end = rest.index("--") if "--" in rest else len(rest)
    if take is None or any(word.startswith("-") for word in rest[:end]):
        return None
    arguments = take([*rest[:end], *rest[end + 1 :]])
    return None if arguments is None else Meaning(command, arguments)


def _nothing(words: list[str]) -> dict[str, Any] | None:
    return None if words else {}


def _vms(words: list[str]) -> dict[str, Any]:
    return {"vms": words or None}


def _vm(words: list[str]) -> dict[str, Any] | None:
    return {"vm": words[0]} if len(words) == 1 else None


def _vm_and_command(words: list[str]) -> dict[str, Any] | None:
    return {"vm": words[0], "command": words[1:] or None} if words else None


_PLAIN: dict[str, Callable[[list[str]], dict[str, Any] | None]] = {
    "version": _nothing,
    "plan": _vms,
    "ls": _nothing,
    "status": _vm,
    "sh": _vm,
    "ssh": _vm_and_command,
}
