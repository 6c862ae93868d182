"""DVM203: a download that nothing compares with a checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program, Stored
    from dvm.checks.subjects import ScriptSubject


def _named(file: Stored) -> str:
    return file.shown if " " in file.shown else f"`{code(file.shown)}`"


def issues(program: Program) -> Iterator[Issue]:
    """Yield each download that is kept and not verified. What is run as well is DVM202's, and reported once."""
    run = {item.origin.place for item in program.runs}
    run |= {file.origin.place for file in program.unchecked() if file.origin is not None and file.runnable is not None}
    for file in program.unchecked():
        origin = file.origin
        if origin is not None and origin.place not in run:
            doubt = f": {file.doubt}" if file.doubt else ""
            yield Issue(origin.place, f"`{code(origin.what)}` is saved as {_named(file)} and not verified{doubt}.")
    # What is unpacked first and verified afterwards.
    run |= {file.origin.place for file in program.unchecked() if file.origin is not None}
    for item in program.sunk:
        if item.origin.place not in run:
            detail = f"What `{code(item.origin.what)}` fetches goes to {code(item.how)} without having been verified."
            yield Issue(item.origin.place, detail)


CHECK: Check[ScriptSubject] = Check(
    code="DVM203",
    severity=Weight.DENY,
    title="Download without checksum",
    why=(
        "TLS says who sent a file, not that it is the file you meant. Without a checksum that is in the script, a "
        "taken-over server or a moved release gets into your VM unnoticed. A checksum fetched from the same "
        "place proves nothing: who changes the one changes the other."
    ),
    remedy=(
        "Fetch it with its SHA-256, written into the script: dvm-fetch URL SHA256 FILE. "
        "What cannot have one (a keyring, a repository file): write its text into the script with a here-document."
    ),
    find=finder(issues),
)
