"""Which boot of a VM this is, and whether the boot is over."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.lima.home import Home
    from dvm.lima.machine import Machine
    from dvm.model.instance import Instance

# Lima's host agent writes a JSON line a change of state into it, and begins a new file at each start.
_EVENTS = "ha.stdout.log"
_MAX_EVENT_BYTES = 1 << 20
_TOKEN_DIGITS = 8


def boot_token(machine: Machine, instance: Instance) -> str | None:
    """Return a word that is another one at each boot of the VM; None where the process that runs it is not there.

    It is made of the process that runs the VM and of when that process began: a number can be given out again.
    """
    began = machine.began(instance.driver_pid) if instance.driver_pid else None
    if began is None:
        return None
    return hashlib.sha256(f"{instance.dir}\0{instance.driver_pid}\0{began}".encode()).hexdigest()[:_TOKEN_DIGITS]


def is_booted(home: Home, instance: Instance) -> bool:
    """Whether Lima's host agent says that the boot is over.

    Until then sshd may answer with host keys that the boot replaces. A host agent in the foreground keeps no file;
    nothing is known of it, and that is taken for an end.
    """
    try:
        lines = home.read(instance.dir / _EVENTS, _MAX_EVENT_BYTES, follow=True, end=True)[0].splitlines()
    except OSError:
        return True
    return next((status.get("running") is True for line in reversed(lines) if (status := _status(line))), False)


def _status(line: bytes) -> dict[str, object]:
    try:
        status = json.loads(line)["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return status if isinstance(status, dict) else {}
