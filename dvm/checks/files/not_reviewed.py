"""DVM108: a setup script that nobody approved, where the manifest demands it."""

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


class ReviewedFile(Struct, frozen=True):
    """A setup script or a companion file, and the SHA-256 that dvm.lock has for it; None: it has none."""

    file: FileEvidence
    approved: str | None


def _find(subject: ReviewedFile) -> Iterator[Finding]:
    file = subject.file
    if subject.approved is not None and subject.approved == file.sha256:
        return
    if subject.approved is None:
        detail = f"{shown(file.path)} is not in dvm.lock: nobody has approved it."
    else:
        detail = f"{shown(file.path)} is {file.sha256 or 'unreadable'}; what was approved is {subject.approved}."
    yield Finding(shown(file.path), detail, Location(file.path))


CHECK: Check[ReviewedFile] = Check(
    code="DVM108",
    severity=Weight.DENY,
    title="Setup script not reviewed",
    why=(
        "The manifest says require_review = true: only what somebody has read and approved runs. dvm.lock has the "
        "path and the SHA-256 of each such script and file, and is checked in beside the manifest, so that a change "
        "of one without a change of dvm.lock shows in review."
    ),
    remedy="Read the script and approve it with `dvm review`.",
    find=_find,
)
