"""Reads a script into a `Program`, once for all checks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dvm.checks.scripts.bash import BashSyntaxError, parse
from dvm.checks.scripts.program import TOP, Comment, Program, Trouble
from dvm.checks.scripts.shell import Shell, TooComplexError
from dvm.checks.scripts.source import Source
from dvm.checks.scripts.values import Place, literal
from dvm.text import is_text

if TYPE_CHECKING:
    from dvm.model.manifest import Script

LARGEST = 256 << 10
"""Characters of a script that is read; what is longer carries a payload that no person reviews either."""
_KEPT = 16
_HEAD = 4096
_MOST_RESUMED = 5
_WHOLE = Place(1, 1, TOP, 1)


Texts = tuple[tuple[str, str], ...]
"""Companion files of a script that are text: the name in $DVM_FILES, and what is in it."""


def texts_of(script: Script) -> Texts:
    """Return what a script finds in $DVM_FILES, as far as it is text that is read; the rest is just there."""
    found: list[tuple[str, str]] = []
    left = LARGEST
    for each in script.files:
        content = each.file.content
        if content is not None and len(content) <= left and is_text(content):
            left -= len(content)
            found.append((each.name, content.decode()))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def read(content: bytes, files: Texts = ()) -> Program:
    """Return what is in a script. Never raises: what can't be read is in `troubles`."""
    data = content.removeprefix(b"\xef\xbb\xbf")
    text = data.decode("utf-8", "replace")
    program = Program(text)
    if "\0" in text:
        program.troubles.append(Trouble(_WHOLE, "it has a NUL byte"))
        return program
    if len(text) > LARGEST:
        what = f"it has more than {LARGEST >> 10} KiB; put the payload into a file of its own"
        program.troubles.append(Trouble(_WHOLE, what))
        program.text = text[:LARGEST]
        for number, line in enumerate(text[:_HEAD].split("\n"), start=1):
            if not line.startswith("#"):
                break
            program.comments.append(Comment(line, number, 1, alone=True))
        return program
    source = Source(text)
    shell = Shell(program, source)
    for name, companion in files:
        shell.disk.supply(name, literal(companion))
    try:
        _walk(shell, text, source)
    except (TooComplexError, RecursionError):
        # The depth is limited where code nests; what else may nest is refused all the same.
        program.troubles.append(Trouble(_WHOLE, "it has more ways through it than can be followed"))
    return program


def _walk(shell: Shell, text: str, source: Source) -> None:
    rest, begin = text, 0
    for _ in range(_MOST_RESUMED):
        try:
            body, comments = parse(rest)
            error = None
        except BashSyntaxError as found:
            body, comments, error = found.statements, found.comments, found
        # A piece behind an error is a source of its own.
        shell.source = source if not begin else Source(rest, source.point(begin)[0], 1)
        _note(shell, comments)
        shell.block(body, None)
        if error is None:
            break
        line, column = shell.source.point(min(error.at, len(rest)))
        shell.lines = (line, line)
        shell.program.troubles.append(Trouble(Place(line, column, TOP, line), str(error)))
        end = rest.find("\n", error.at)
        if end < 0:
            break
        begin += end + 1
        rest = text[begin:]
    shell.source = source
    for code, place, how in list(shell.deferred):
        shell.later(code, place, how)
    _call_the_rest(shell)


def _call_the_rest(shell: Shell) -> None:
    # What nothing calls may still be called by a name that only the run knows.
    for _ in range(3):
        waiting = [item for held in shell.scope.functions.values() for item in held if not item.called]
        for function in waiting:
            shell.scope.positional = None
            unverified = set(shell.disk.unverified)
            verified = [file for file in shell.program.stored if file.verified]
            shell.call_function(function, (), None)
            for file in shell.program.stored:
                file.verified = file in verified
            # What is never called has verified nothing.
            shell.disk.unverified |= unverified


def _note(shell: Shell, comments: list[tuple[int, str]]) -> None:
    source = shell.source
    for at, text in comments:
        line, column = source.point(at)
        begin = source.text.rfind("\n", 0, at) + 1
        alone = not source.text[begin:at].strip()
        shell.program.comments.append(Comment(text, line, column, alone))
