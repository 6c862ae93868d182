"""DVM306: a provision script that came from Lima's host-wide configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import Source, entries, finding
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject

_LONGEST = 60


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    if posture is None or not posture.provision:
        return
    effective = {(item.mode, item.script) for item in posture.provision}
    for path, entry in entries(subject, "provision"):
        if _applies(path, entry, effective):
            what = f"The provision script {_describe(entry)} runs in the guest, and is not the manifest's."
            yield finding(subject, Source(path, shared=True), "provision", what)


def _applies(path: Path, entry: object, effective: set[tuple[str, str]]) -> bool:
    # default.yaml and override.yaml are merged as they are now, so whatever they hold applies. Of another
    # file (Lima merges base.yaml at create) only what is still there does.
    if path.name in ("default.yaml", "override.yaml") or not isinstance(entry, dict):
        return True
    return (entry.get("mode") or "system", entry.get("script") or entry.get("content")) in effective


def _describe(entry: object) -> str:
    if not isinstance(entry, dict):
        return "(not readable)"
    text = entry.get("script") or entry.get("file") or entry.get("content") or entry.get("playbook")
    lines = [line for line in str(text or "").splitlines() if line.strip() and not line.startswith("#!")]
    first = lines[0].strip() if lines else ""
    shortened = first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
    return visible(f'"{shortened}" (mode {entry.get("mode") or "system"})')


CHECK: Check[InstanceSubject] = Check(
    code="DVM306",
    severity=Weight.DENY,
    title="Provision script that is not ours",
    why=(
        "A provision script in $LIMA_HOME/_config runs as root in every guest at every boot, unseen by plan "
        "and review. What the template itself brings belongs to the template and passes."
    ),
    remedy="Make it a setup script of the VMs that need it, and take it out of $LIMA_HOME/_config.",
    find=_find,
)
