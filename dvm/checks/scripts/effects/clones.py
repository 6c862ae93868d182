"""git: what it clones is remote code too, until a commit or a tag is checked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.downloads import remote
from dvm.checks.scripts.effects.options import names_of, take_apart
from dvm.checks.scripts.effects.streams import other_program
from dvm.checks.scripts.pins import pins_a_clone, unpinned_clone
from dvm.checks.scripts.values import EMPTY, Origin, OriginKind, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_CLONE = names_of("-b --branch --depth -o --origin -c --config --revision --reference --filter -j -C")
# Settings whose value git hands to a shell.
_COMMANDS = pattern(
    r"alias\.\S+|core\.(sshcommand|pager|editor|fsmonitor|askpass|gitproxy)|pager\.\S+|credential\.(\S+\.)?helper"
    r"|filter\.\S+\.(clean|smudge|process)|diff\.external|sequence\.editor",
    re.IGNORECASE,
)


def _git(shell: Shell, command: Command) -> Value:
    texts = command.texts
    if "archive" in texts and any(text.startswith("--remote") for text in texts):
        return remote(command)
    _settings(shell, command)
    if unpinned_clone(command) is not None:
        operands = take_apart(command.args, _CLONE).operands[1:]
        address = operands[0].text.rstrip("/")
        directory = operands[1].text.rstrip("/") if len(operands) > 1 else address.removesuffix(".git")
        name = directory.rpartition("/")[2].rpartition(":")[2]
        if name.strip(".\N{HORIZONTAL ELLIPSIS}"):
            shell.clones[name] = Origin(OriginKind.REMOTE, command.text, command.place)
        return EMPTY
    if pins_a_clone(command):
        shell.clones.clear()
    return other_program(shell, command)


def _settings(shell: Shell, command: Command) -> None:
    """`git -c KEY=VALUE` and `git config KEY VALUE`, where the value is a command."""
    args = command.args
    for index, word in enumerate(args):
        name, equals, _ = word.text.partition("=")
        if not _COMMANDS.fullmatch(name):
            continue
        value = word.drop(len(name) + 1) if equals else (args[index + 1] if index + 1 < len(args) else EMPTY)
        code = value.drop(1) if value.text.startswith("!") else value
        if value.text.startswith("!") or not name.lower().startswith("alias."):
            shell.run_code(code, command.place, None, "git")


def _cd(shell: Shell, command: Command) -> Value:
    operands = take_apart(command.args).operands
    shell.directory = operands[0].text if operands else ""
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {"git": _git, "cd": _cd, "pushd": _cd}
