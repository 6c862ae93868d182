"""Whether the state directory may be used at all: locks, marks and the journal in it decide what DVM does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.files import unsafe_directory
from dvm.checks.subjects import FileSubject
from dvm.checks.wording import shown
from dvm.errors import RefusedError

if TYPE_CHECKING:
    from dvm.model.evidence import FileEvidence


def demand_private(journal: FileEvidence, uid: int) -> None:
    """Return where nobody but `uid` and root can put anything into the directory that the journal is in.

    Raises:
        RefusedError: somebody else can; it names DVM103.
    """
    results = unsafe_directory.CHECK.run(FileSubject(journal, uid))
    if results:
        raise RefusedError(
            f"The state directory {shown(journal.path.parent)} is not safe (DVM103).",
            detail="\n".join(result.detail for result in results),
            remedy="\n".join(
                [*dict.fromkeys(result.remedy for result in results), "Or name another directory by DVM_STATE_DIR."]
            ),
        )
