"""Who enforces what may leave a VM."""

from __future__ import annotations

import sys
from enum import StrEnum


class Enforcer(StrEnum):
    """The side on which a VM's egress is held."""

    HOST = "host"
    """QEMU's user network, on the host: guest root can't undo it."""
    GUEST = "guest"
    """A firewall in the guest: it holds while DVM_USER has no sudo."""


def enforcer(vm_type: str) -> Enforcer:
    """Return who enforces the egress of a VM with this driver of Lima's."""
    return Enforcer.HOST if vm_type == "qemu" else Enforcer.GUEST


def expected_vm_type(vm_type: str | None, *, system: str = sys.platform) -> str:
    """Return the driver of a VM that is not there yet: the one that it names, else Lima's choice on this system."""
    return vm_type or ("vz" if system == "darwin" else "qemu")
