"""The disk of a built base, and whether it is still the one that was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.instance import Status
from dvm.model.receipt import DiskFacts

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.model.instance import Instance

# What a guest's disk is in; which of them there are depends on Lima's version and driver.
_DISKS = ("disk", "diffdisk", "basedisk")


def disk_facts(home: Home, directory: Path) -> dict[str, DiskFacts]:
    """Return what the file system says of the disk in an instance's directory, by file.

    Raises:
        OSError: it can't be looked at.
    """
    found = {}
    for name in _DISKS:
        try:
            facts = home.look(directory / name, follow=False)
        except FileNotFoundError:
            continue
        found[name] = DiskFacts(
            size=facts.st_size, inode=facts.st_ino, modified=facts.st_mtime_ns, changed=facts.st_ctime_ns
        )
    return found


def is_intact(home: Home, instance: Instance) -> bool:
    """Whether an instance is a base that was built to its end and that nobody has started or changed since."""
    image = instance.receipt.image if instance.receipt is not None else None
    if image is None or not image.disks or instance.status is not Status.STOPPED:
        return False
    try:
        return disk_facts(home, instance.dir) == image.disks
    except OSError:
        return False
