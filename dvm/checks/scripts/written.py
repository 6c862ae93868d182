"""Files that the script writes by its own text: they are run in the same guest, and nobody reviews them again.

A shell's file is read as Bash. Of other files the lines that are commands are (Dockerfiles, Makefiles, units, cron
tables, package.json), and the whole text is searched for a download that is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.program import Written
from dvm.checks.scripts.values import Value, untokened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Place

_SHELL_FILE = pattern(
    r".*\.(ba|z|da|k)?sh|(.*/)?\.?(bash_profile|bash_login|bash_logout|bashrc|zshrc|zprofile|zshenv|zlogin|profile"
    r"|bash_aliases|xprofile|xinitrc|xsessionrc|envrc)"
    r"|/etc/(profile\.d|cron\.(hourly|daily|weekly|monthly)|update-motd\.d|init\.d|NetworkManager/dispatcher\.d)/.*"
    r"|/etc/(profile|bash\.bashrc|zsh/zshrc|rc\.local)"
    r"|(.*/)?(hooks|post-checkout|pre-commit|post-merge)(/.*)?|.*\.PKGBUILD|(.*/)?PKGBUILD"
)
_OTHER_SHELL = pattern(r"(.*/)?\.?(z\w+|\w*fish\w*)|.*\.(zsh|fish)|/etc/zsh/.*")
_SHEBANG = pattern(r"#!\s*\S*/(env\s+(-S\s+)?)?(ba|da|k|z|a)?sh\b")
_PROSE = pattern(
    r".*\.(md|txt|rst|adoc|html?|log)|(.*/)?(README|NOTES|CHANGELOG|TODO|motd|issue|index)(\.\w+)?", re.IGNORECASE
)
_SCHEDULE = r"[ \t]*(?:@\w+|(?:[-\d*/,A-Za-z]+[ \t]+){5})[ \t]*"
# Lines that are commands, by what the file is called.
_COMMANDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        pattern(r"/etc/cron\.d/.*|/etc/crontab|/etc/anacrontab"),
        pattern(rf"^{_SCHEDULE}(?:\w[\w-]*[ \t]+)?(\S.*)$", re.MULTILINE),
    ),
    (pattern(r"/var/spool/cron/.*"), pattern(rf"^{_SCHEDULE}(\S.*)$", re.MULTILINE)),
    (
        pattern(r".*\.(service|timer|path|socket|conf)"),
        pattern(r"^Exec\w+[ \t]*=[-@:+!|]*[ \t]*((?:.*\\\n)*.*)$", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?(Dockerfile|Containerfile)[\w.-]*|.*\.(dockerfile|containerfile)", re.IGNORECASE),
        pattern(r"^[ \t]*RUN[ \t]+(?:--\S+[ \t]+)*((?:.*\\\n)*.*)$", re.MULTILINE | re.IGNORECASE),
    ),
    (pattern(r"(.*/)?(GNU)?[Mm]akefile|.*\.mk"), pattern(r"^\t[@+-]*((?:.*\\\n)*.*)$", re.MULTILINE)),
    (pattern(r"(.*/)?package\.json"), pattern(r'"(?:pre|post)?\w+"\s*:\s*"((?:[^"\\]|\\.)*)"')),
    (pattern(r"(.*/)?\.?justfile", re.IGNORECASE), pattern(r"^[ \t]+@?(.*)$", re.MULTILINE)),
)
_MOST_LINES = 1000


def is_shell(head: str) -> bool:
    """Whether a text begins as a shell's script does."""
    return _SHEBANG.match(head) is not None


def is_script(name: str, head: str) -> bool:
    """Whether a file is a shell's, by its name or by how its text begins."""
    return is_shell(head) or _SHELL_FILE.fullmatch(name) is not None


def wrote(shell: Shell, path: Value, content: Value, place: Place) -> None:
    """Take note of text that goes to a file, and look into it."""
    name = path.text
    if content:
        shell.program.written.append(Written(name, content, place))
    if not any(isinstance(part, str) and part.strip() for part in content.parts):
        origin = content.origin
        if origin is not None and _SHELL_FILE.fullmatch(name) and not name.endswith("sh"):
            # Every login runs it.
            shell.ran(place, origin, name)
        return
    if is_script(name, content.text[:120]):
        troubles = len(shell.program.troubles)
        _look_into(shell, content, place)
        if _OTHER_SHELL.fullmatch(name) and len(shell.program.troubles) > troubles:
            # What Bash's grammar has no words for is another shell's.
            shell.program.warn_only(troubles)
            shell.looked_through(content, place, f"what reads {name}")
        return
    before = len(shell.program.runs)
    text, holes = content.tokens()
    for count, (code, offset) in enumerate(_commands(name, text)):
        if count == _MOST_LINES:
            shell.trouble(place, f"{name} has more commands than are followed")
            break
        value = untokened(code, holes)
        _look_into(shell, _placed(value, content, text, offset), place)
    if len(shell.program.runs) == before and not _PROSE.fullmatch(name):
        shell.looked_through(content, place, f"what reads {name}")


def _commands(name: str, text: str) -> Iterator[tuple[str, int]]:
    for file, line in _COMMANDS:
        if file.fullmatch(name):
            for match in line.finditer(text):
                if not match[1].startswith("#"):
                    yield match[1], match.start(1)


def _placed(value: Value, content: Value, text: str, offset: int) -> Value:
    if content.start is None:
        return value
    row = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    if row == 0:
        column += content.start[1] - 1
    return Value(value.parts, (content.start[0] + row, column if content.start[1] and not content.holes else 0))


def _look_into(shell: Shell, content: Value, place: Place) -> None:
    scope, troubles = shell.scope, len(shell.program.troubles)
    variables, positional, directory = scope.fork(), scope.positional, shell.directory
    functions, aliases = {name: list(held) for name, held in scope.functions.items()}, dict(scope.aliases)
    scope.positional = None
    unverified = set(shell.disk.unverified)
    begin = len(shell.program.opening)
    try:
        shell.run_code(content, place, None, "a script that this one writes", own_lines=True)
        # Who reads the file may call what it defines.
        shell.call_waiting({item for held in functions.values() for item in held})
    finally:
        scope.variables, scope.positional, shell.directory = variables, positional, directory
        scope.functions, scope.aliases = functions, aliases
        shell.disk.unverified |= unverified
        del shell.program.opening[begin:]
        shell.program.warn_only(troubles, "only known at run time")
