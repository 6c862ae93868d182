"""DVM105: content that cannot be checked and shown as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.model.evidence import MAX_FILE_BYTES, Role, Unreadable
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject

# A file that is not there is the manifest loader's to report, links and kinds have checks of their own. All
# other ways of having no content end here: what was not read was not checked.
_NOT_MINE = frozenset({Unreadable.MISSING, Unreadable.DANGLING, Unreadable.LOOP, Unreadable.NOT_REGULAR})


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    name = f"{shown(file.path)} ({file.role})"
    if file.problem is Unreadable.TOO_LARGE or (file.content is not None and len(file.content) > MAX_FILE_BYTES):
        detail = f"{name} is larger than 1 MiB."
        remedy = "Make it smaller; nobody reviews a megabyte."
        if file.role is Role.COMPANION:
            remedy = "Have the script fetch what is large: dvm-fetch URL SHA256 DEST."
        yield Finding(shown(file.path), detail, Location(file.path), remedy)
    elif file.content is None:
        if file.problem not in _NOT_MINE:
            problem = file.problem or Unreadable.FAILED
            reason = f" ({visible(file.reason)})" if file.reason else ""
            detail = f"{name} {problem}{reason}, so it could not be checked."
            remedy = "See that you can read it and that nothing writes to it meanwhile, then try again."
            yield Finding(shown(file.path), detail, Location(file.path), remedy)
    elif file.role is not Role.COMPANION:
        yield from _not_text(subject, file.content, name)


def _not_text(subject: FileSubject, content: bytes, name: str) -> Iterator[Finding]:
    path = subject.file.path
    nul = content.find(0)
    if nul >= 0:
        line = _line(content, nul)
        detail = f"{name} has a NUL byte in line {line}; Bash drops it and reads another text than you do."
        yield Finding(shown(path), detail, Location(path, line), "Take the byte out; the file is to be plain text.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = _line(content, error.start)
        detail = f"{name} is not UTF-8: line {line} has the byte 0x{content[error.start]:02x}."
        yield Finding(shown(path), detail, Location(path, line), "Save the file as UTF-8.")


def _line(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


CHECK: Check[FileSubject] = Check(
    code="DVM105",
    severity=Weight.DENY,
    title="Too large, has a NUL, is not UTF-8, or can't be read",
    why=(
        "What is shown must be what runs. A NUL byte or a broken character makes a terminal, an editor and "
        "Bash see different texts; a file of more than 1 MiB is reviewed by nobody; one that could not be "
        "read was checked by nobody."
    ),
    remedy="Keep the file plain UTF-8 text under 1 MiB. A companion file may hold any bytes.",
    find=_find,
)
