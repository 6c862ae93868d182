"""Where a setup script failed: the statement, by what the guest says and by the host's own copy of the text.

The guest says line numbers only, and is no more believed than a script's output: what is shown of a line is taken from
the bytes that were sent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.scripts.bash import BashSyntaxError, parse
from dvm.checks.scripts.bash.nodes import Statement
from dvm.checks.scripts.issue import code
from dvm.checks.scripts.read import LARGEST
from dvm.checks.scripts.source import Source
from dvm.text import is_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dvm.model.manifest import Script

Frame = tuple[str, int]
"""A source (`s`: the script, `fN`: companion file N, `o`: another one) and a line of it."""

# As Bash begins its own messages: a variable that is not set, a syntax error.
_MESSAGE = re.compile(r"/run/dvm/script\.\w+/(script|files/([^/:]+)): line ([0-9]{1,7}): ")
_OWN_PATH = re.compile(r"/run/dvm/script\.\w+/(?:script\b|files/([^/\s:;,)'\"]+))")
_LAST = 3


class Whereabouts(Struct, frozen=True):
    """A statement of a setup script, or of a file that it sourced.

    `path` is as the manifest has it; `text` is the statement on one line, without secrets and safe to print; `caller`
    is the line at the top of the script that called it, where it is in a function or another file.
    """

    path: str
    line: int
    text: str
    caller: str = ""


class _Report(Struct, frozen=True):
    status: int
    subshells: int
    frames: tuple[Frame, ...]


def whereabouts(script: Script, answer: Iterable[str], status: int, tail: Sequence[str]) -> Whereabouts | None:
    """Return the statement that ended a script with `status`; None where nothing tells.

    `answer` has the lines that dvm-setup answered before its last one, `tail` the last lines of the script's output.
    """
    reports = [_read(line) for line in answer if line.startswith("at\t")]
    frames = _innermost(script, reports, status)
    if frames:
        name, line = frames[0]
        caller = frames[-1] if len(frames) > 1 and frames[-1][0] == "s" else None
        return _place(script, name, line, caller)
    for said in reversed(tail[-_LAST:]):
        match = _MESSAGE.match(said)
        if match is not None:
            return _place(script, _source_of(script, match[2]), int(match[3]), None)
    return None


def readable(script: Script, line: str) -> str:
    """Return a line of a script's output with the paths that its files have in the guest as the manifest names them."""

    def named(match: re.Match[str]) -> str:
        return _path(script, _source_of(script, match[1])) or match[0]

    return _OWN_PATH.sub(named, line)


def _read(line: str) -> _Report:
    _, status, subshells, *frames = line.split("\t")
    pairs = (frame.split(":") for frame in frames)
    return _Report(int(status), int(subshells), tuple((name, int(number)) for name, number in pairs))


def _innermost(script: Script, reports: Sequence[_Report], status: int) -> tuple[Frame, ...]:
    """Return the frames of the failure that ended the script.

    That is what its main shell said last. A subshell of that very statement that failed before tells it closer; one of
    another statement failed for itself, as a process in the background may.
    """
    at = next(
        (i for i in reversed(range(len(reports))) if not reports[i].subshells and reports[i].status == status), -1
    )
    if at < 0:
        return ()
    outer = reports[at].frames
    first = max((i + 1 for i in range(at) if not reports[i].subshells), default=0)
    for report in reports[first:at]:
        depth = len(report.frames) - len(outer)
        if report.status == status and depth >= 0 and report.frames[depth + 1 :] == outer[1:]:
            (name, line), (of, end) = report.frames[depth], outer[0]
            if name == of and line in _statement(script, of, end):
                return report.frames
    return outer


def _place(script: Script, name: str, line: int, caller: Frame | None) -> Whereabouts | None:
    path = _path(script, name)
    text = _text(script, name)
    if text is None:
        # In a file of the guest's own: what called it is in the script.
        return None if caller is None or caller[0] != "s" else _place(script, *caller, None)
    lines = text.split("\n")
    within = _statement(script, name, line)
    shown = code("\n".join(lines[within.start - 1 : within.stop - 1]))
    called = "" if caller is None or (name == "s" and caller[1] in within) else f"{script.entry.script}:{caller[1]}"
    return Whereabouts(path, within.start, shown, called)


def _statement(script: Script, name: str, line: int) -> range:
    """Return the lines of the statement that a line is part of: Bash names the first of some, the last of others."""
    text = _text(script, name)
    around = (lines for lines in (() if text is None else _statements(text)) if line in lines)
    return min(around, key=len, default=range(line, line + 1))


@lru_cache(maxsize=4)
def _statements(text: str) -> tuple[range, ...]:
    """Return the lines of every statement in a script, as far as it can be read."""
    if len(text) > LARGEST:
        return ()
    source = Source(text)
    try:
        body, _ = parse(text)
    except BashSyntaxError as error:
        body = error.statements
    except RecursionError:
        body = []
    found: list[range] = []
    ahead: list[object] = list(body)
    while ahead:
        each = ahead.pop()
        if isinstance(each, Statement):
            first, last = source.lines(each.at, each.end)
            found.append(range(first, last + 1))
        if isinstance(each, Struct):
            ahead.extend(getattr(each, name) for name in each.__struct_fields__)
        elif isinstance(each, (list, tuple)):
            ahead.extend(each)
    return tuple(found)


def _source_of(script: Script, companion: str | None) -> str:
    if companion is None:
        return "s"
    return next((f"f{at}" for at, each in enumerate(script.files) if each.name == companion), "o")


def _path(script: Script, name: str) -> str:
    if name == "s":
        return script.entry.script
    number = int(name[1:]) if name.startswith("f") else len(script.files)
    return script.files[number].key if number < len(script.files) else ""


def _text(script: Script, name: str) -> str | None:
    if not _path(script, name):
        return None
    file = script.file if name == "s" else script.files[int(name[1:])].file
    if file.content is None or not is_text(file.content):
        return None
    return file.content.decode()
