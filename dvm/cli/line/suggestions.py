"""What to type here instead of a line that another program knows (the tables of `foreign`).

Such a line is translated as a whole, so that what is printed works as typed. What follows `--` and the commands that
run something in a guest are never repeated: there may be a secret among their words.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from dvm.cli.commands import COMMANDS
from dvm.cli.line.app import load
from dvm.cli.line.foreign import (
    DRY_RUN,
    FOREIGN_COMMANDS,
    FOREIGN_OPTIONS,
    OF_ONE,
    TARGET,
    ForeignCommand,
    ForeignOption,
)
from dvm.model.names import is_name, plain_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMAND_OPTION = "What the guest runs, with its own options, comes after `--`:"
# Their words may be anything of the user's, secrets included.
_SESSIONS = frozenset({"ssh", "exec"})
_NO_FORCE = ForeignOption(note="DVM has no option that forces.")
_REPEATED = re.compile(r"[\w./:,+=~@%-]+")
_VALUE_OF_MANIFEST = frozenset({"-f", "--manifest"})


class Hint(NamedTuple):
    """What to say of a line that DVM does not know: what is wrong, why, and the line to type."""

    summary: str
    note: str
    line: str


def of_command(words: Sequence[str]) -> Hint | None:
    """Return what does here what a line of another program would do; None where its command is not known."""
    known = next((name for name in (" ".join(words[:2]), *words[:1]) if name in FOREIGN_COMMANDS), None)
    if known is None:
        return None
    word, rest = FOREIGN_COMMANDS[known], list(words[len(known.split()) :])
    summary = f"There is no command '{known}' in DVM."
    if known in _SESSIONS:
        vm = plain_name(rest[0]) if rest and is_name(plain_name(rest[0])) else ""
        return Hint(summary, word.note, word.named.format(vm) if vm else word.alone)
    line, notes = _line(word, rest)
    # The word's own note may lead up to the line.
    return Hint(summary, " ".join(filter(None, [*notes, word.note])), line)


def of_option(words: Sequence[str], option: str) -> Hint | None:
    """Return the line to type instead of one with an `option` that its command has not; None: DVM knows of nothing."""
    command, *rest = _command_first(words)
    if command.startswith("-"):
        return None
    if words[0].startswith("-"):
        spoken = Spoken(command, rest)
        known = spoken.safe and any(each.name == command for each in COMMANDS)
        line = " ".join(["dvm", command, *spoken.arguments, *spoken.options]) if known else ""
        return Hint(
            f"No such option: {visible(words[0].partition('=')[0])}.",
            " ".join(["Options follow the command.", *spoken.notes]),
            line,
        )
    if command == "ssh" and rest and not rest[0].startswith("-"):
        return Hint(f"No such option: {option}.", _COMMAND_OPTION, "dvm ssh VM -- COMMAND")
    if command == "run" and any(not word.startswith("-") for word in rest):
        return Hint(f"No such option: {option}.", _COMMAND_OPTION, "dvm run -- COMMAND")
    spoken = Spoken(command, rest)
    if not spoken.foreign:
        return None
    line = " ".join(["dvm", command, *spoken.arguments, *spoken.options]) if spoken.safe else ""
    line = f"DVM_DRY_RUN=1 {line}" if spoken.dry_run and line else line
    return Hint(f"`dvm {command}` has no {' '.join(spoken.foreign)}.", " ".join(spoken.notes), line)


def _command_first(words: Sequence[str]) -> list[str]:
    """Return the words with the command in front of the options before it, where Terraform has its -chdir."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _VALUE_OF_MANIFEST else 1
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]


def of_extra_word(words: Sequence[str]) -> Hint | None:
    """Return what to type instead of a line with more arguments than its command takes; None: DVM knows of nothing."""
    command, *rest = words
    if command != "sh":
        return None
    vm = next((plain_name(word) for word in rest if is_name(plain_name(word))), "VM")
    return Hint("`dvm sh` opens a shell, and takes no command.", "", f"dvm ssh {vm} -- COMMAND")


class Spoken:
    """The words behind a command, as DVM has them: arguments, options, and what was another program's."""

    def __init__(self, command: str, words: Sequence[str], *, foreign: bool = False) -> None:
        self.arguments: list[str] = []
        self.options: list[str] = []
        self.foreign: list[str] = []
        """Options of another program, without their values."""
        self.notes: dict[str, None] = {}
        self.dry_run = False
        self.safe = True
        """Whether every word is of a kind that may be repeated."""
        waiting = iter(words[: words.index("--")] if "--" in words else words)
        for word in waiting:
            if foreign and word == "-f":
                # Of Vagrant, Docker and Lima: --force. A path behind it is DVM's own manifest.
                value = next(waiting, "")
                if value and not is_name(plain_name(value)):
                    self.options += [word, shlex.quote(value)]
                    continue
                self._take(OF_ONE.get((command, "force"), _NO_FORCE), word, "")
                self.arguments += [self._repeated(value)] if value else []
            elif (option := _option(command, word)) is not None:
                _, equals, value = word.partition("=")
                self._take(option, word, next(waiting, "") if option.takes_value and not equals else value)
            elif word in _VALUE_OF_MANIFEST:
                self.options += [word, shlex.quote(next(waiting, "PATH"))]
            else:
                (self.options if word.startswith("-") else self.arguments).append(self._repeated(word))

    def _take(self, option: ForeignOption, word: str, value: str) -> None:
        self.foreign.append(word.partition("=")[0])
        self.dry_run = self.dry_run or option is DRY_RUN
        if option.note:
            self.notes[option.note] = None
        if option.takes_value != bool(value):
            return  # `-lock=false`, or a value that is missing
        if option is TARGET:
            self.arguments.append(self._repeated(value))
        elif option.here:
            self.options.append(option.here.format(self._repeated(value) if value else ""))

    def _repeated(self, word: str) -> str:
        word = plain_name(word) if is_name(plain_name(word)) else word
        self.safe = self.safe and _REPEATED.fullmatch(word) is not None
        return shlex.quote(word)


def _line(word: ForeignCommand, rest: list[str]) -> tuple[str, list[str]]:
    """Return the line that does what a foreign command with these words would do, and notes on what was left out."""
    spoken = Spoken(word.named.split()[1] if word.named else word.alone.split()[1], rest, foreign=True)
    vms = [each for each in spoken.arguments if is_name(each)]
    if not vms:
        spoken = Spoken(word.alone.split()[1], rest, foreign=True)
    base = word.named if word.named and vms else word.alone
    # --replace takes one, all else takes several.
    line = base.replace("{}", (" --replace " if "--replace {}" in base else " ").join(vms))
    # Options go with one command that is whole.
    whole = "&&" not in base and not any(part.isupper() for part in base.split())
    options = _own(base.split()[1], spoken.options) if whole and spoken.safe else []
    return " ".join([line, *options]), list(spoken.notes)


def _own(command: str, options: Sequence[str]) -> list[str]:
    """Return those of the options that the command has, each with its value: another program's would be refused."""
    known = next((each for each in COMMANDS if each.name == command), None)
    names = set() if known is None else {name for param in load(known).params for name in param.opts}
    found, taken = list[str](), False
    for word in options:
        taken = word.partition("=")[0].split(" ")[0] in names if word.startswith("-") else taken
        found += [word] if taken else []
    return found


def _option(command: str, word: str) -> ForeignOption | None:
    """Return what an option of another program is here; None: it is DVM's own, unknown, or no option."""
    if not word.startswith("-"):
        return None
    name = word.partition("=")[0]
    bare = name.lstrip("-")
    if (command, bare) in OF_ONE:
        return OF_ONE[command, bare]
    option = FOREIGN_OPTIONS.get(bare)
    # Terraform's have one hyphen, DVM's two: with two it is DVM's own, if DVM has it at all.
    own = name.startswith("--") and option is not None and option.here.startswith(f"--{bare}")
    return None if own else option
