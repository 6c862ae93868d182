"""DVM110: a file whose SHA-256 is not the one that the manifest pins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import DesiredVM, Script


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file, the digest that the manifest gives it, and the key and the place it does so."""

    file: FileEvidence
    sha256: str
    key: str
    location: Location | None = None


def pin_of(script: Script) -> PinnedFile | None:
    """Return the pin of a setup script, where it has one."""
    pinned = script.entry.sha256
    return None if pinned is None else PinnedFile(script.file, pinned, "sha256", script.location)


def pin_of_template(vm: DesiredVM) -> PinnedFile | None:
    """Return the pin of a template that is a path. One from the network is verified when it is fetched."""
    pinned = vm.config.template_sha256
    if vm.template_file is None or pinned is None:
        return None
    return PinnedFile(vm.template_file, pinned, "template_sha256", vm.locations.get("template_sha256"))


def _find(subject: PinnedFile) -> Iterator[Finding]:
    file = subject.file
    # Without content there is no digest, and other checks say why.
    if file.sha256 is None or file.sha256 == subject.sha256:
        return
    yield Finding(
        shown(file.path),
        f"{shown(file.path)} ({file.role}) has SHA-256 {file.sha256}, the manifest pins {subject.sha256}.",
        subject.location or Location(file.path),
        f'Read what changed; if you agree, write {subject.key} = "{file.sha256}" in the manifest.',
    )


CHECK: Check[PinnedFile] = Check(
    code="DVM110",
    severity=Weight.DENY,
    title="File differs from its pinned SHA-256",
    why=(
        "A digest in the manifest says which bytes were agreed to. Other bytes may be a good edit, or "
        "somebody else's; only you can tell."
    ),
    remedy="Read what changed; if you agree, put the new SHA-256 into the manifest.",
    find=_find,
)
