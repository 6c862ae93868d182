"""DVM110: a file whose SHA-256 is not the one that the manifest pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import DesiredVM


class PinnedFile(Struct, frozen=True):
    """A file, the digest that the manifest gives it, and the key it does so with.

    `places` are the VM's; they are not asked before something is wrong, for they parse the manifest again.
    """

    file: FileEvidence
    sha256: str
    key: str
    places: Mapping[str, Location] = field(default_factory=dict)


def pins_of(vm: DesiredVM) -> Iterator[PinnedFile]:
    """Yield the VM's pinned setup scripts, and its template where that is a pinned file.

    A template from the network is verified when it is fetched.
    """
    for index, script in enumerate(vm.scripts):
        if script.entry.sha256 is not None:
            yield PinnedFile(script.file, script.entry.sha256, f"setup[{index}].sha256", vm.locations)
    if vm.template_file is not None and vm.config.template_sha256 is not None:
        yield PinnedFile(vm.template_file, vm.config.template_sha256, "template_sha256", vm.locations)


def _find(subject: PinnedFile) -> Iterator[Finding]:
    file = subject.file
    # Without content there is no digest, and other checks say why.
    if file.sha256 is None or file.sha256 == subject.sha256:
        return
    key = subject.key.rpartition(".")[2]
    yield Finding(
        shown(file.path),
        f"{shown(file.path)} ({file.role}) has SHA-256 {file.sha256}, the manifest pins {subject.sha256}.",
        subject.places.get(subject.key) or Location(file.path),
        f'Read what changed; if you agree, write {key} = "{file.sha256}" in the manifest.',
    )


CHECK: Check[PinnedFile] = Check(
    code="DVM110",
    severity=Weight.DENY,
    title="File differs from its pinned SHA-256",
    why=(
        "A digest in the manifest says which bytes were approved. Other bytes may be a good edit, or "
        "somebody else's; only you know."
    ),
    remedy="Read what changed; if you agree, put the new SHA-256 into the manifest.",
    find=_find,
)
