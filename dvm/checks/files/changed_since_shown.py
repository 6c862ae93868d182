"""DVM106: a file that is not what it was when it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.evidence import FileEvidence


class ShownFile(Struct, frozen=True):
    """A file as it is now, and the SHA-256 of what was shown of it (empty: it was not there)."""

    file: FileEvidence
    sha256: str


def _find(subject: ShownFile) -> Iterator[Finding]:
    file = subject.file
    if (file.sha256 or "") != subject.sha256:
        now, then = file.sha256 or "not there", subject.sha256 or "not there"
        detail = f"{shown(file.path)} ({file.role}) is {now}; when it was shown it was {then}."
        yield Finding(shown(file.path), detail, Location(file.path))


CHECK: Check[ShownFile] = Check(
    code="DVM106",
    severity=Weight.DENY,
    title="File changed since it was shown",
    why=(
        "A plan is approved as it was shown. What somebody wrote into a file afterwards was not approved, and a "
        "saved plan that no longer fits its files is not applied."
    ),
    remedy="Read what changed, plan again, and apply the new plan.",
    find=_find,
)
