"""Files that the script writes by its own text: a shell script or a shell's start file among them is read as well.

It does not run now, but it will, in the same guest, and it was reviewed with the script or not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.program import Written
from dvm.checks.scripts.values import literal

if TYPE_CHECKING:
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Place, Value

_SHELL_FILE = pattern(
    r".*\.(ba|z|da)?sh|(.*/)?\.?(bash_profile|bash_login|bashrc|zshrc|zprofile|zshenv|profile|bash_aliases|xprofile|envrc)"
    r"|/etc/(profile\.d|cron\.(hourly|daily|weekly|monthly)|update-motd\.d)/.*|/etc/(profile|bash\.bashrc|zsh/zshrc)"
    r"|(.*/)?\.git/hooks/.*|/etc/rc\.local"
)
_SHEBANG = pattern(r"#!\s*\S*/(env\s+(-S\s+)?)?(ba|da|k|z)?sh\b")
_CRON = pattern(r"/etc/cron\.d/.*|/etc/crontab|/var/spool/cron/.*")
_EXEC = pattern(r"^Exec\w+=[-@:+!|]*(.*)$", re.MULTILINE)
_UNIT = pattern(r".*\.(service|timer|path|socket)")


def wrote(shell: Shell, path: Value, content: Value, place: Place) -> None:
    """Take note of text that goes to a file, and look into it if it is for a shell."""
    if content:
        shell.program.written.append(Written(path.text, content, place))
    if not any(isinstance(part, str) and part.strip() for part in content.parts):
        origin = content.origin
        if origin is not None and _SHELL_FILE.fullmatch(path.text) and not path.text.endswith("sh"):
            # Every login runs it.
            shell.ran(place, origin, path.text)
        return
    head = content.text[:120]
    if _SHEBANG.match(head) or _SHELL_FILE.fullmatch(path.text):
        _look_into(shell, content, place)
    elif _CRON.fullmatch(path.text):
        for line in content.split(re.compile(r"\n")):
            _look_into(shell, _command_of_cron(line), place)
    elif _UNIT.fullmatch(path.text) and content.known is not None:
        for match in _EXEC.finditer(content.known):
            _look_into(shell, literal(match[1]), place)


def _command_of_cron(line: Value) -> Value:
    first = line.parts[0] if line.parts else ""
    if not isinstance(first, str):
        return line
    match = re.match(r"\s*(?:@\w+|(?:\S+\s+){5})\s*(\w+\s+)?", first)
    return line.drop(0 if match is None else match.end())


def _look_into(shell: Shell, content: Value, place: Place) -> None:
    variables, positional = shell.scope.fork(), shell.scope.positional
    functions, aliases = dict(shell.scope.functions), dict(shell.scope.aliases)
    shell.scope.positional = None
    try:
        shell.run_code(content, place, None, "a script that this one writes")
    finally:
        shell.scope.variables, shell.scope.positional = variables, positional
        shell.scope.functions, shell.scope.aliases = functions, aliases
