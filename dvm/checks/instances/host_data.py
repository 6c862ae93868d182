"""DVM312: a disk, a file or a device of the host's in the guest, beside mounts, or an image not of the template's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import SettingSource, entries, finding, source, unsure
from dvm.checks.instances.undeclared import told, undeclared
from dvm.lima.listing import image_locations
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    if posture is None:
        return
    for name in posture.disks:
        origin = source(subject, "additionalDisks", same=partial(_is_disk, name))
        yield finding(subject, origin, "additionalDisks", f"The disk {visible(name)} of Lima's is attached.")
    for path in posture.ca_files:
        origin = source(subject, "caCerts", "files", same=partial(_is_file, path))
        what = f"The text of {visible(path)} on the host is put into the guest as a certificate."
        yield finding(subject, origin, "caCerts.files", what)
    yield from _images(subject, frozenset(posture.images))
    if posture.ssh_public_keys:
        origin = source(subject, "ssh", "loadDotSSHPubKeys")
        what = "The public keys in ~/.ssh of the host are put into the guest, and sign in to it."
        yield finding(subject, origin, "ssh.loadDotSSHPubKeys", what)
    if posture.audio:
        what = f"The guest has the host's sound device {visible(posture.audio)}, its microphone among it."
        yield finding(subject, source(subject, "audio", "device"), "audio.device", what)
    for each in undeclared(subject, "DVM312"):
        # Images of `_config` were reported above.
        if not each.origin.shared:
            yield told(subject, each)


def _images(subject: InstanceSubject, effective: frozenset[str]) -> Iterator[Finding]:
    """Yield the images of `_config`. Those of the template are the template's, local files among them."""
    for keys in (("images",), ("firmware", "images")):
        for path, entry in entries(subject, *keys) if effective else ():
            places = _places(entry)
            if _applies(path, places, effective):
                named = visible(" and ".join(places)) or "(not readable)"
                what = f"Lima takes the VM's image or a part of it from {named}, which is not the template's."
                yield finding(subject, SettingSource(path, shared=True), ".".join(keys), what)


def _places(entry: object) -> tuple[str, ...]:
    try:
        return image_locations(entry) if isinstance(entry, dict) else ()
    except (TypeError, AttributeError):
        return ()  # Lima does not take it


def _applies(path: Path, places: tuple[str, ...], effective: frozenset[str]) -> bool:
    # Lima merges base.yaml at create: only what is still there counts.
    if path.name in ("default.yaml", "override.yaml") or not places:
        return True
    return any(unsure(place) or place in effective for place in places)


def disk_name(entry: object) -> str:
    """Return the name of an entry of `additionalDisks`, which is a name or a table with one."""
    return str(entry.get("name") or "") if isinstance(entry, dict) else str(entry)


def _is_disk(name: str, entry: object) -> bool:
    return disk_name(entry) == name


def _is_file(path: str, entry: object) -> bool:
    # Lima may have expanded a ~ or a variable: only a plain path is known to be another one.
    return not str(entry).startswith("/") or entry == path


CHECK: Check[InstanceSubject] = Check(
    code="DVM312",
    severity=Weight.DENY,
    title="Host disk, file, device or foreign image in the guest",
    why=(
        "An additional disk outlives the VM and may carry what another VM wrote, or what it must not read. Of "
        "caCerts.files Lima reads each file on the host, with any content, and writes its text into the guest: "
        "a private key as well as a certificate. So it does with a kernel or an initial RAM disk; and an image of "
        "$LIMA_HOME/_config comes before the template's, whose digest then pins nothing. Keys in ~/.ssh show who you "
        "are; a sound device has a microphone, and may be a file."
    ),
    remedy=(
        "Take it out. Images belong in the template; a certificate authority goes into caCerts.certs as text, where "
        "you can see it."
    ),
    find=_find,
)
