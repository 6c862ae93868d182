"""A setup script for somebody who is asked to approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.text import visible
from dvm.views.checks_human import render_checks
from dvm.views.masking import mask
from dvm.views.script_diff import text_diff
from dvm.views.styles import PLAIN, Ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.check import CheckResult

ACCEPTED = "yes"


class Unreviewed(Struct, frozen=True):
    """A script to approve. `approved` is the digest in dvm.lock, `before` the text of that digest, where it is known.

    `text` is None where it is no text. `what` says what else there is to it, of a template's the file that it writes.
    """

    key: str
    text: str | None
    sha256: str
    users: tuple[str, ...]
    approved: str | None = None
    before: str | None = None
    checks: Sequence[CheckResult] = ()
    what: str = ""


def render_script(script: Unreviewed, *, ink: Ink = PLAIN) -> str:
    """Return what is shown of one script: whole when it is new, what changed where that is known."""
    return "\n".join(_lines(script, ink)) + "\n"


def _lines(script: Unreviewed, ink: Ink) -> Iterator[str]:
    if script.approved is None:
        what = "is new"
    elif script.before is None:
        what = "changed; the text that was approved is not at hand, so here is all of it"
    else:
        what = "changed since it was approved"
    yield ink.bold(f"{visible(script.key)} {what}")
    yield f"  SHA-256 {script.sha256}"
    yield f"  Runs in {', '.join(visible(user) for user in script.users)}."
    if script.what:
        yield f"  {visible(script.what)}"
    yield ""
    if script.text is None:
        return
    if script.before is None:
        yield from (f"  | {line}" for line in _readable(script.text))
    else:
        yield from (f"  | {ink.by_mark(line[:1], line)}" for line in text_diff(script.before, script.text))
    yield ""
    if script.checks:
        yield render_checks(script.checks, ink=ink, all_is_well=False)


def _readable(text: str) -> Iterator[str]:
    # Not splitlines(): Bash knows one newline only.
    for line in mask(text).removesuffix("\n").split("\n"):
        yield visible(line.replace("\t", "    "))


def question(script: Unreviewed) -> str:
    """Return what is asked about one script."""
    return f"  Do you approve {visible(script.key)}? Only '{ACCEPTED}' will be accepted.\n\n  Enter a value: "
