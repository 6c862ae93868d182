"""The checks of files on a template from the network, whose bytes DVM fetched itself."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.files import pinned_digest_differs, template_source, unpinned_image
from dvm.checks.subjects import FileSubject
from dvm.model.evidence import FileEvidence, Role
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.check import CheckResult
    from dvm.model.manifest import DesiredVM


def review_fetched(vm: DesiredVM, content: bytes) -> list[CheckResult]:
    """Return what is wrong with the bytes at the URL that a VM names as its template: DVM110, DVM111 and DVM112."""
    url = vm.config.template
    place = Path(url)
    digest = hashlib.sha256(content).hexdigest()
    file = FileEvidence(Role.TEMPLATE, place, None, (), None, None, None, content, digest)
    return [
        replace(
            result,
            subject=visible(url),
            # A path has one slash where an address has two.
            detail=result.detail.replace(visible(str(place)), visible(url)),
            location=None if result.location and result.location.path == place else result.location,
        )
        for result in _run(vm, file)
    ]


def _run(vm: DesiredVM, file: FileEvidence) -> Iterator[CheckResult]:
    subject = FileSubject(file, uid=0)
    pinned = vm.config.template_sha256 or ""
    places = vm.locations
    yield from pinned_digest_differs.CHECK.run(
        pinned_digest_differs.PinnedFile(file, pinned, "template_sha256", places)
    )
    for check in (template_source.CHECK, unpinned_image.CHECK):
        yield from check.run(subject)
