"""Whether limactl may be run at all: asked before its first call, which a plan makes before the other checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.files import untrusted_limactl
from dvm.checks.subjects import FileSubject

if TYPE_CHECKING:
    from dvm.model.evidence import FileEvidence


def demand_trusted(limactl: FileEvidence, uid: int) -> None:
    """Return where nobody but `uid` and root can change the binary.

    Raises:
        ChecksRefusedError: somebody else can.
    """
    results = untrusted_limactl.CHECK.run(FileSubject(limactl, uid))
    if results:
        from dvm.checks.gate import ChecksRefusedError

        raise ChecksRefusedError(results)
