"""Which boot of a VM this is, and whether the boot is over."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.model.instance import Instance

# Lima's host agent writes a JSON line a change of state into it, and begins a new file at each start.
_EVENTS = "ha.stdout.log"
_MAX_EVENT_BYTES = 1 << 20
# In /proc/PID/stat, counted from what follows the program's name in brackets: starttime, field 22 in proc(5).
_START_FIELD = 19
_TOKEN_DIGITS = 8


def boot_token(instance: Instance) -> str | None:
    """Return a word that is another one at each boot of the VM; None where the process that runs it is not there.

    It is made of the process that runs the VM and of when that process began: a number can be given out again.
    """
    began = _began(instance.driver_pid) if instance.driver_pid else None
    if began is None:
        return None
    return hashlib.sha256(f"{instance.dir}\0{instance.driver_pid}\0{began}".encode()).hexdigest()[:_TOKEN_DIGITS]


def is_booted(instance: Instance) -> bool:
    """Whether Lima's host agent says that the boot is over.

    Until then sshd may answer with host keys that the boot replaces. A host agent in the foreground keeps no file;
    nothing is known of it, and that is taken for an end.
    """
    try:
        with (instance.dir / _EVENTS).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MAX_EVENT_BYTES))
            lines = file.read(_MAX_EVENT_BYTES).splitlines()
    except OSError:
        return True
    return next((status.get("running") is True for line in reversed(lines) if (status := _status(line))), False)


def _status(line: bytes) -> dict[str, object]:
    try:
        status = json.loads(line)["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return status if isinstance(status, dict) else {}


def _began(pid: int) -> str | None:
    """Return when a process began, in whatever unit the system has; None where there is no such process."""
    host_boot = _host_boot()
    if not host_boot:
        # No Linux. Imported where it is needed: it costs as much as a small command.
        import psutil

        try:
            return str(psutil.Process(pid).create_time())
        except psutil.Error:
            return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return f"{host_boot} {int(fields[_START_FIELD])}"
    except (OSError, ValueError, IndexError):
        return None


def _host_boot() -> str:
    """Return what is another word at each boot of this host: Linux counts a process's start from there."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
