"""Whether limactl may be run at all, with what it starts: asked before its first call, before the other checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.files import untrusted_limactl
from dvm.checks.posture import soften
from dvm.checks.subjects import FileSubject
from dvm.model.evidence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dvm.model.check import CheckResult
    from dvm.model.evidence import FileEvidence

_LEFT_OUT = "limactl gets a PATH without it."
_IMAGES = "New VMs are made from images there, and Lima compares a digest with a file beside the image, not with it."


class SearchPath(Struct, frozen=True):
    """PATH as limactl gets it, and a warning for each directory that was left out because others can write to it."""

    directories: tuple[Path, ...]
    warnings: tuple[CheckResult, ...]


def search_path(directories: Iterable[FileEvidence], uid: int) -> SearchPath:
    """Return the directories of PATH that nobody but `uid` and root can put a program into."""
    safe: list[Path] = []
    warnings: list[CheckResult] = []
    for directory in directories:
        results = untrusted_limactl.CHECK.run(FileSubject(directory, uid))
        warnings += [soften(result, _LEFT_OUT) for result in results[:1]]
        # One that is not there has nothing to find.
        if not results and directory.problem not in (Unreadable.MISSING, Unreadable.DANGLING):
            safe.append(directory.path)
    return SearchPath(tuple(safe), tuple(warnings))


def review_images(places: Iterable[FileEvidence], uid: int) -> list[CheckResult]:
    """Return what is wrong with the directories of images that limactl has downloaded, for a plan that makes VMs.

    `places` begin with the one that has all others in it; the first that is wrong says enough.
    """
    results = (untrusted_limactl.CHECK.run(FileSubject(place, uid)) for place in places)
    first = next(filter(None, results), [])
    return [replace(result, detail=f"{result.detail} {_IMAGES}") for result in first]


def demand_trusted(limactl: FileEvidence, uid: int, helpers: Iterable[FileEvidence] = ()) -> None:
    """Return where nobody but `uid` and root can change the binary, a program that it starts, or a file beside it.

    Raises:
        ChecksRefusedError: somebody else can.
    """
    demand_trusted_programs((limactl, *helpers), uid)


def demand_trusted_programs(files: Iterable[FileEvidence], uid: int) -> None:
    """Return where nobody but `uid` and root can change any of the programs.

    Raises:
        ChecksRefusedError: somebody else can.
    """
    results = [result for file in files for result in untrusted_limactl.CHECK.run(FileSubject(file, uid))]
    if results:
        from dvm.checks.gate import ChecksRefusedError

        raise ChecksRefusedError(list(dict.fromkeys(results)))
