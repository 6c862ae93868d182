"""`sh` and `bash` in the guest: DVM's own scripts by their name, and of the shell's language the very least.

Commands one a line or with `;`, `&&` and `||` between them, quotes, `$NAME`, `$1`, `"$@"`, `NAME=VALUE`,
`cd`, `exit`, `exec`, `set`, `export`, `kill -9 $$`. No pipes, no loops, no functions: those are reported with
status 2.
"""

from __future__ import annotations

import re
import shlex
import signal
from typing import TYPE_CHECKING

from dvm.simulator.guest.proof import is_loader, run_proving
from dvm.simulator.guest.protocol import SCRIPTS

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\?)")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_SEPARATORS = {";", "\n", "&&", "||"}
_PUNCTUATION = re.compile(r"[;&|<>()]+")
SYNTAX_ERROR = 2
SSH_FAILED = 255


class _Exit(Exception):  # noqa: N818 - `exit` is no mistake
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def run_shell(process: Process, args: list[str]) -> int:
    """Run `-c TEXT NAME ARGS...`, or what stdin has (`-s ARGS...`), and return the exit status.

    Where NAME is that of one of DVM's scripts (`protocol.SCRIPTS`), that script's part is played, whatever
    TEXT says.
    """
    rest, command = list(args), False
    while rest and rest[0].startswith("-") and rest[0] != "--":
        option = rest.pop(0)
        command = command or (not option.startswith("--") and "c" in option)
        if option == "-o":
            rest.pop(0)
    if rest[:1] == ["--"]:
        rest = rest[1:]
    if not command:
        process.positional = rest
        return run_text(process, process.read_all().decode("utf-8", "surrogateescape"))
    text, process.positional = rest[0], rest[2:]
    name = rest[1] if len(rest) > 1 else "bash"
    script = SCRIPTS.get(name)
    if script is None:
        return run_text(process, text)
    return run_proving(process, name, script) if is_loader(text) else script(process, process.positional)


def run_text(process: Process, text: str) -> int:
    """Run the commands of a text, one after the other, and return the last one's status."""
    try:
        words = _split(text)
        return _run_list(process, words)
    except _Exit as end:
        return end.status
    except ValueError as error:
        process.say_error(f"bash: line 1: syntax error: {error}")
        return SYNTAX_ERROR


def _split(text: str) -> list[str]:
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=False, punctuation_chars=";&|<>()\n")
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t", "#", True
    words = list(lexer)
    strange = next((word for word in words if word not in _SEPARATORS and _PUNCTUATION.fullmatch(word)), None)
    if strange:
        raise ValueError(f"the simulator's shell does not understand `{strange}'")
    return words


def _run_list(process: Process, words: list[str]) -> int:
    status, command, run = 0, list[str](), True
    for word in [*words, ";"]:
        if word.strip("\n") and word not in _SEPARATORS:
            command.append(word)
            continue
        if command and run:
            status = _run_command(process, command, status)
        if command or word in {"&&", "||"}:
            run = status == 0 if word == "&&" else status != 0 if word == "||" else True
        command = []
    return status


def _run_command(process: Process, words: list[str], status: int) -> int:
    argv: list[str] = []
    for word in words:
        if word in {'"$@"', "$@"}:
            argv += process.positional
        else:
            argv.append(_expanded(process, word, status))
    assigned = {}
    while argv and (match := _ASSIGNMENT.fullmatch(argv[0])):
        assigned[match[1]] = match[2]
        argv = argv[1:]
    process.env |= assigned
    match argv:
        case [] | ["set" | "export" | ":", *_]:
            return 0
        case ["exec", *rest]:
            raise _Exit(process.run(rest))
        case ["exit", *rest]:
            raise _Exit(int(rest[0]) % 256 if rest else status)
        case ["kill", *rest]:
            process.signal = _signal(rest[0])
            raise _Exit(SSH_FAILED)
        case ["cd", *rest]:
            return _change_directory(process, rest[0] if rest else process.home)
        case _:
            return process.run(argv)


def _signal(word: str) -> int:
    """Return the number of the signal that `kill` is told to send: `-9`, `-KILL`, or the usual one."""
    name = word.removeprefix("-")
    if name.isdecimal():
        return int(name)
    return signal.Signals[f"SIG{name}"].value if word.startswith("-") else signal.SIGTERM.value


def _change_directory(process: Process, path: str) -> int:
    if not process.machine.is_directory(path):
        process.say_error(f"bash: line 1: cd: {path}: No such file or directory")
        return 1
    process.cwd = path
    return 0


def _expanded(process: Process, word: str, status: int) -> str:
    """Return the word without its quotes, its variables filled in but in single quotes."""

    def fill(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name is None:
            return str(status)
        if name.isdigit():
            index = int(name) - 1
            return process.positional[index] if 0 <= index < len(process.positional) else ""
        return process.env.get(name, "")

    parts = re.findall(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|(?:[^'\"\\]|\\.)+", word, re.DOTALL)
    return "".join(
        part[1:-1]
        if part.startswith("'")
        else re.sub(r"\\(.)", r"\1", _VARIABLE.sub(fill, part[1:-1] if part.startswith('"') else part))
        for part in parts
    )
