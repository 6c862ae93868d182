"""DVM301: a directory of the host in the guest."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import finding, source, unsure
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject
    from dvm.model.instance import Mount


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    for mount in posture.mounts if posture else ():
        origin = source(subject, "mounts", same=partial(_is_entry_of, mount))
        how = "writable" if mount.writable else "read-only"
        place = visible(mount.mount_point)
        yield finding(
            subject,
            origin,
            "mounts",
            f"The host's {visible(mount.location)} is mounted at {place} in the guest, {how}.",
        )


def _is_entry_of(mount: Mount, entry: object) -> bool:
    if not isinstance(entry, dict):
        return True
    location, point = entry.get("location"), entry.get("mountPoint")
    if unsure(location) or (point is not None and unsure(point)):
        return True
    location = str(location)
    if location == "~" or location.startswith("~/"):
        # Lima expands it to a home that this function does not know, and which is the user's in all cases.
        return point in (None, mount.mount_point) and mount.location.endswith(location.removeprefix("~"))
    return mount.mount_point == point or PurePosixPath(location) == PurePosixPath(mount.location)


CHECK: Check[InstanceSubject] = Check(
    code="DVM301",
    severity=Weight.DENY,
    title="Host directory mounted in the guest",
    why=(
        "A mount gives the host's files to all that runs in the guest: read-only it can take your keys, "
        "writable it can change what you run next. `--mount-none` does not prevent it, for Lima merges the "
        "mounts of $LIMA_HOME/_config into every instance that is not in plain mode."
    ),
    remedy="Take the mount out; keep code in the guest, and carry single files with `dvm cp`.",
    find=_find,
)
