"""DVM312: a disk or a file of the host's, beside mounts, in the guest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import finding, source
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def disk_name(entry: object) -> str:
    """Return the name of an entry of `additionalDisks`, which is a name or a table with one."""
    return str(entry.get("name") or "") if isinstance(entry, dict) else str(entry)


def _is_disk(name: str, entry: object) -> bool:
    return disk_name(entry) == name


def _is_file(path: str, entry: object) -> bool:
    # Lima may have expanded a ~ or a variable: only a plain path can be told to be another one.
    return not str(entry).startswith("/") or entry == path


CHECK: Check[InstanceSubject] = Check(
    code="DVM312",
    severity=Weight.DENY,
    title="Host disk or host file handed to the guest",
    why=(
        "An additional disk outlives the VM and may carry what another VM wrote, or what it must not read. Of "
        "caCerts.files Lima reads each file on the host, whatever is in it, and writes its text into the guest: "
        "a private key as well as a certificate."
    ),
    remedy="Take it out. A certificate authority goes into caCerts.certs as text, where you can see it.",
    find=_find,
)
