"""What runs a text or a file as Bash: shells, source, eval, trap, and what hands text to a shell later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.options import spread, take_apart
from dvm.checks.scripts.statements import CommandOutcome
from dvm.checks.scripts.values import EMPTY, Known, Value, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

SHELLS = ("sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "fish", "rbash", "csh", "tcsh", "yash")
_NAMED_FILES = frozenset({"--rcfile", "--init-file"})
_SCHEDULE = pattern(r"^\s*(?:@\w+|(?:[-\d*/,A-Za-z]+\s+){5})\s*")


def run_shell(shell: Shell, command: Command) -> Value:
    """`bash -c TEXT`, `bash FILE`, `… | bash`."""
    _read_environment(shell, command)
    rest = list(command.args)
    code = stdin = strict = False
    while rest and len(rest[0].text) > 1 and rest[0].text[0] in "-+" and isinstance(rest[0].parts[0], str):
        option = rest.pop(0).text
        if option == "--":
            break
        if option in _NAMED_FILES and rest:
            shell.run_path(rest.pop(0), command, command.name)
        elif not option.startswith("--"):
            strict = strict or (option[0] == "-" and "e" in option)
            code, stdin = code or "c" in option, stdin or "s" in option
            if option.endswith(("o", "O")) and rest:
                rest.pop(0)
    if code and not rest:
        return EMPTY
    if code:
        how = f"{command.name}, as its argument"
        return shell.run_code(rest[0], command.place, command.stdin, how, rest[2:], strict=strict)
    if rest and not stdin:
        return shell.run_path(rest[0], command, command.name)
    return shell.run_code(
        command.stdin or EMPTY, command.place, None, command.name, rest, strict=strict, own_lines=True
    )


def _read_environment(shell: Shell, command: Command) -> None:
    """`BASH_ENV=FILE bash …` runs that file first; ENV does it for sh."""
    given = dict(command.assignments)
    for name in ("BASH_ENV", "ENV"):
        path = given.get(name) or shell.variable(name)
        if path is not None and (file := shell.disk.find(path)) is not None:
            shell.ran_file(file, command.place, f"{command.name}, by {name}")


def _source(shell: Shell, command: Command) -> Value:
    operands = take_apart(command.args).operands
    if operands:
        return shell.run_path(operands[0], command, command.name)
    # fish has it read the standard input then.
    return shell.run_code(command.stdin or EMPTY, command.place, None, command.name, apart=False)


def _eval(shell: Shell, command: Command) -> Value:
    args = command.args[1:] if command.args and command.args[0].text == "--" else command.args
    return shell.run_code(spread(args), command.place, command.stdin, "eval", apart=False)


def _trap(shell: Shell, command: Command) -> Value:
    operands = take_apart(command.args).operands
    if len(operands) > 1:
        shell.later(operands[0], command.place, "trap")
        shell.deferred.append((operands[0], command.place, "trap"))
    return EMPTY


def _wait(shell: Shell, _command: Command) -> Value:
    shell.unfinished.clear()
    return EMPTY


def _alias(shell: Shell, command: Command) -> Value:
    for word in command.args:
        name, equals, _ = word.text.partition("=")
        if equals and name:
            # Who types it runs it, if nothing in the script does.
            shell.typed(word.drop(len(name) + 1), command.place, "an alias")
            shell.scope.aliases[name] = word.drop(len(name) + 1)
    return EMPTY


def _set(shell: Shell, command: Command) -> Value:
    texts = command.texts
    for index, text in enumerate(texts):
        named = re.fullmatch(r"[-+]\w*o", text) is not None and texts[index + 1 : index + 2] == ("errexit",)
        if named or re.fullmatch(r"[-+]\w*e\w*", text):
            shell.errexit = text[0] == "-"
        if re.fullmatch(r"[-+]\w*o", text) and texts[index + 1 : index + 2] == ("pipefail",):
            shell.pipefail = text[0] == "-"
    if "--" in texts:
        shell.scope.positional = command.args[texts.index("--") + 1 :]
    elif texts and not texts[0].startswith(("-", "+")):
        shell.scope.positional = command.args
    return EMPTY


def _stop(shell: Shell, command: Command) -> Value:
    texts = command.texts
    stops = {"break": "loop", "continue": "loop", "return": "return"}.get(command.name, "exit")
    if command.name == "false" and not shell.effective:
        stops = ""
    # `return 0` says that all is well: what comes behind it is skipped, and what is verified there as well.
    if texts[:1] == ("0",) and command.name == "return":
        stops = ""
    shell.outcome = CommandOutcome(stops=stops)
    return EMPTY


def _unset(shell: Shell, command: Command) -> Value:
    names = command.texts
    for name in names:
        if "-f" in names:
            shell.scope.functions.pop(name, None)
        else:
            shell.scope.variables.pop(name, None)
            shell.scope.arrays.pop(name, None)
            shell.scope.references.pop(name, None)
    return EMPTY


def _hash(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-p"}))
    path = line.value("-p")
    for operand in line.operands if path is not None else ():
        shell.scope.programs[operand.text] = path.text.rpartition("/")[2] if path is not None else ""
    return EMPTY


def _shift(shell: Shell, command: Command) -> Value:
    count = int(command.texts[0]) if command.texts and re.fullmatch(r"[0-9]{1,3}", command.texts[0]) else 1
    if shell.scope.positional is not None:
        shell.scope.positional = shell.scope.positional[count:]
    return EMPTY


def _crontab(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-u"}))
    if line.has("-l"):
        return shell.fresh("crontab", known=Known.LOCAL) + literal("\n")
    operands = line.operands
    table = shell.read(operands[0], command.stdin) if operands else command.stdin
    return _later(shell, command, table)


def _later(shell: Shell, command: Command, text: Value | None) -> Value:
    if text is None:
        return EMPTY
    for line in text.split(re.compile(r"\n")):
        parts = list(line.parts)
        if parts and isinstance(parts[0], str):
            parts[0] = _SCHEDULE.sub("", parts[0])
        shell.later(Value(tuple(parts)), command.place, command.name)
    return EMPTY


def _test(shell: Shell, command: Command) -> Value:
    shell.compared_words(command.args[:-1] if command.name == "[" else command.args)
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(SHELLS, run_shell),
    **dict.fromkeys(("source", "."), _source),
    "eval": _eval,
    "trap": _trap,
    "wait": _wait,
    "alias": _alias,
    "set": _set,
    **dict.fromkeys(("exit", "return", "break", "continue", "false"), _stop),
    "unset": _unset,
    "hash": _hash,
    "shift": _shift,
    "crontab": _crontab,
    **dict.fromkeys(
        ("at", "batch"),
        lambda shell, command: shell.run_code(command.stdin or EMPTY, command.place, None, command.name),
    ),
    **dict.fromkeys(("test", "["), _test),
}
