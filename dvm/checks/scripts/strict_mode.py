"""DVM201: a setup script that goes on after an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.patterns import pattern
from dvm.checks.scripts.issue import Issue, finder
from dvm.checks.scripts.program import NOWHERE
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.subjects import ScriptSubject

_WANTED = {"errexit": "-e", "nounset": "-u", "pipefail": "-o pipefail"}
_LETTERS = {"e": "errexit", "u": "nounset"}
_SH = pattern(r"#!\s*(/usr)?/bin/(env\s+)?(da)?sh\b")
_FOR_SH = "DVM runs it with Bash: change line 1 to `#!/usr/bin/env bash`, and let `set -euo pipefail` follow."
# Commands that may come before: they can't fail in a way that matters.
_BEFORE = frozenset(
    {"set", "shopt", "export", "readonly", "umask", "trap", "cd", "echo", "printf", ":", "true", "alias"}
)


def issues(program: Program) -> Iterator[Issue]:
    """Yield one issue if the script does not set strict mode before it does something."""
    on: set[str] = set()
    first = None
    for command in program.opening:
        if command.name == "set":
            _apply(command.texts, on)
        elif command.name not in _BEFORE:
            first = command
            break
    if "\r\n" in program.text:
        # Bash takes the return for a part of the last word: `pipefail\r` is no option that it knows.
        lines = program.text.partition("\r\n")[0].count("\n") + 1
        detail = f"Line {lines} ends with a carriage return, which Bash takes for a part of the last word."
        yield Issue(NOWHERE, detail, "Save the file with the line ends of Unix (LF).", "Line ends of Windows")
        return
    missing = [option for name, option in _WANTED.items() if name not in on]
    if missing and (program.commands or program.text.strip()):
        start = first or next(iter(program.opening), None)
        place = NOWHERE if start is None else start.place
        lacking = ", ".join(missing)
        also = _shebang(program.text)
        detail = f"Strict mode is not set before this (missing: {lacking}).{also}"
        yield Issue(place, detail, _FOR_SH if _SH.match(program.text) else "")


def _apply(texts: tuple[str, ...], on: set[str]) -> None:
    rest = list(texts)
    while rest:
        word = rest.pop(0)
        if word in {"--", "-"} or word[:1] not in {"-", "+"}:
            return
        change = on.add if word[0] == "-" else on.discard
        for letter in word[1:]:
            if letter in _LETTERS:
                change(_LETTERS[letter])
        if word.endswith("o") and rest:
            change(rest.pop(0))


def _shebang(text: str) -> str:
    first = text.partition("\n")[0]
    options = first.startswith("#!") and any(word.startswith("-") for word in first.split()[1:])
    return " Options in the first line are lost when the script is run as `bash FILE`." if options else ""


CHECK: Check[ScriptSubject] = Check(
    code="DVM201",
    severity=Weight.WARN,
    title="No strict mode",
    why=(
        "Without strict mode a script goes on after a command that failed: a checksum that does not match, a "
        "download that broke off, a variable that is empty. DVM runs setup scripts in strict mode in any case; "
        "the script should say so itself, for those who read it or run it by hand."
    ),
    remedy="Begin the script with: set -euo pipefail",
    find=finder(issues),
)
