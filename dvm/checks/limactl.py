"""Whether limactl may be run at all, with what it starts: asked before its first call, before the other checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.files import untrusted_limactl
from dvm.checks.subjects import FileSubject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.model.evidence import FileEvidence


def demand_trusted(limactl: FileEvidence, uid: int, helpers: Iterable[FileEvidence] = ()) -> None:
    """Return where nobody but `uid` and root can change the binary, or a program that it starts.

    Raises:
        ChecksRefusedError: somebody else can.
    """
    files = (limactl, *helpers)
    results = [result for file in files for result in untrusted_limactl.CHECK.run(FileSubject(file, uid))]
    if results:
        from dvm.checks.gate import ChecksRefusedError

        raise ChecksRefusedError(results)
