"""DVM202: code from the network, or hidden code, that runs without having been verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.values import OriginKind
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program
    from dvm.checks.scripts.values import Place
    from dvm.checks.subjects import ScriptSubject

_HIDDEN = "Write the commands into the script as they are, so that they can be read and reviewed."


def issues(program: Program) -> Iterator[Issue]:
    """Yield each place where unchecked data is run, and each part that can't be read."""
    said: set[tuple[Place, int]] = set()
    for run in program.runs:
        about = (run.origin.place, run.place.line)
        if about in said:
            continue
        said.add(about)
        if run.origin.kind is OriginKind.REMOTE:
            detail = f"What `{code(run.origin.what)}` fetches is run by {code(run.how)} without a check of what it is."
            yield Issue(run.place, detail)
        else:
            detail = f"What `{code(run.origin.what)}` decodes is run by {code(run.how)}: nobody can read it here."
            yield Issue(run.place, detail, _HIDDEN)
    origins = {place for place, _ in said}
    for file in program.unchecked():
        if file.runnable is not None and file.origin is not None and file.origin.place not in origins:
            doubt = f" ({file.doubt})" if file.doubt else ""
            detail = (
                f"`{code(file.shown)}` is made executable, but what `{code(file.origin.what)}` fetched into it was "
                f"not verified{doubt}."
            )
            yield Issue(file.runnable, detail)


CHECK: Check[ScriptSubject] = Check(
    code="DVM202",
    severity=Weight.DENY,
    title="Remote code run unverified",
    why=(
        "What a server sends today is not what it sent when you read it: an attacker who holds the server, its domain "
        "or a mirror decides what runs as root in your VM, and can send you something else than others. This covers "
        "`curl | sh` and its like, and code that is decoded before it runs."
    ),
    remedy=(
        "Download and verify it, then run it: dvm-fetch URL SHA256 FILE; bash FILE. Take SHA256 from a copy that "
        "you have read."
    ),
    find=finder(issues),
)
