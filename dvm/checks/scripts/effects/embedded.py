"""Programs with a shell in them (awk's system(), sed's e, ed's and vim's !, tar --checkpoint-action), and insmod."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.bash.quoting import unescape_ansi
from dvm.checks.scripts.effects.downloads import remote
from dvm.checks.scripts.effects.streams import EFFECTS as STREAMS
from dvm.checks.scripts.effects.streams import other_program
from dvm.checks.scripts.values import EMPTY, literal, untokened

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Value

_AWK = pattern(r'(?:system\s*\(\s*|\|&?\s*|^|[{;(]\s*)"((?:[^"\\]|\\.)*)"\s*(?:\)|\|&?\s*getline|$|[;}\n])')
_ADJACENT = pattern(r'"\s+"')
_AWK_RUNS_INPUT = pattern(r'system\s*\(\s*\$|\|&?\s*"(?:/\S*/)?(?:ba|da|z|k)?sh\b|\$\w+\s*\|\s*getline')
_AWK_RUNS = pattern(r'system\s*\(\s*[$\w]|\|&?\s*"(?:/\S*/)?(?:ba|da|z|k)?sh\b')
_AWK_NETWORK = pattern(
    r"/inet[46]?/(?:tcp|udp)/|\"\s*(?:curl|wget|fetch|nc|ncat)\b[^\"\n]{0,400}\"[^\n;|}]{0,200}\|&?\s*getline"
)
_SED = pattern(r"(?:^|[;{}\n]|[0-9$]|/)\s*e\s+([^;\n]+)")
_SED_RUNS_INPUT = pattern(r"(?:^|;)\s*(?:[0-9$]+)?e\s*$|s(.).*\1.*\1[gpIi0-9]*e[gpIi0-9]*$")
_VIM = pattern(r"^(?:\+|:)*!(.+)")
# `!cmd`, `r !cmd` and `w !cmd`, behind the lines they are for.
_ED = pattern(r"^[ \t:]*[0-9.$%,;+-]*[ \t]*(?:[reEw][ \t]*)?!(.+)$", re.MULTILINE)
_TAR = pattern(r"--(?:checkpoint-action=exec|to-command|use-compress-program|rsh-command|info-script)=(.+)", re.DOTALL)


def _awk(shell: Shell, command: Command) -> Value:
    for given in command.texts:
        # Neighbouring strings are one.
        text = _ADJACENT.sub("", given)
        if "system" in text or "|" in text:
            for match in _AWK.finditer(text):
                out = shell.run_code(literal(unescape_ansi(match[1])), command.place, None, command.name)
                if out.origin is not None and _AWK_RUNS.search(text):
                    shell.ran(command.place, out.origin, command.name)
        if _AWK_NETWORK.search(text):
            fetched = remote(command)
            if fetched.origin is not None and _AWK_RUNS.search(text):
                shell.ran(command.place, fetched.origin, command.name)
            return fetched
        _runs_input(shell, command, _AWK_RUNS_INPUT, text)
    return STREAMS["awk"](shell, command)


def _sed(shell: Shell, command: Command) -> Value:
    for text in command.texts:
        for match in _SED.finditer(text):
            shell.run_code(literal(match[1]), command.place, None, command.name)
        if not text.startswith("-"):
            _runs_input(shell, command, _SED_RUNS_INPUT, text)
    return STREAMS["sed"](shell, command)


def _runs_input(shell: Shell, command: Command, pattern: re.Pattern[str], text: str) -> None:
    stdin = command.stdin
    if stdin is not None and stdin.origin is not None and pattern.search(text[:4096]):
        shell.ran(command.place, stdin.origin, command.name)


def _editor(shell: Shell, command: Command) -> Value:
    for text in command.texts:
        match = _VIM.match(text)
        if match is not None:
            shell.run_code(literal(match[1]), command.place, None, command.name)
    return other_program(shell, command)


def _line_editor(shell: Shell, command: Command) -> Value:
    """`ed` and `ex`: their commands are what they read."""
    stdin = command.stdin or EMPTY
    if stdin.leading_origin is not None:
        shell.ran(command.place, stdin.leading_origin, command.name)
    text, holes = stdin.tokens()
    for match in _ED.finditer(text):
        shell.run_code(untokened(match[1], holes), command.place, None, command.name)
    return _editor(shell, command)


def _tar(shell: Shell, command: Command) -> Value:
    for text in command.texts:
        match = _TAR.match(text)
        if match is not None:
            shell.run_code(literal(match[1]), command.place, command.stdin, command.name)
    return STREAMS["tar"](shell, command)


def _loads(shell: Shell, command: Command) -> Value:
    """`insmod FILE`, `enable -f FILE`."""
    skip = command.name == "enable"
    if command.args[skip:] and (not skip or command.texts[0] == "-f"):
        shell.run_path(command.args[skip], command, command.name, bash=False)
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(("awk", "gawk", "mawk"), _awk),
    **dict.fromkeys(("sed", "gsed"), _sed),
    **dict.fromkeys(("vim", "vi", "nvim", "view"), _editor),
    **dict.fromkeys(("ed", "ex"), _line_editor),
    **dict.fromkeys(("tar", "bsdtar", "gtar"), _tar),
    **dict.fromkeys(("enable", "insmod"), _loads),
}
