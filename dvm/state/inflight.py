"""The limactl call that works on a VM right now, so that it is known when DVM itself was killed.

The kernel drops our locks with our process, but limactl may go on for a while: a create downloads, a stop waits. Two
creates that write the same disk would spoil it. It is a process of this host, wherever Lima is.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.lima.machine import process_began
from dvm.state.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.state.directory import StateDirectory

_FILE = "call.json"


def write_call(state: StateDirectory, vm: str, pid: int, argv: Sequence[str]) -> None:
    """Write down the process that works on a VM. Not flushed: it is of no use after a loss of power."""
    text = json.dumps({"pid": pid, "began": process_began(pid), "argv": list(argv[:3])})
    (state.make(state.of_vm(vm)) / _FILE).write_text(text, encoding="utf-8")


def clear_call(state: StateDirectory, vm: str) -> None:
    """Forget the call: it has ended."""
    (state.of_vm(vm) / _FILE).unlink(missing_ok=True)


def running_call(state: StateDirectory, vm: str) -> tuple[int, str] | None:
    """Return process id and command of a call that outlived the DVM that made it; None: there is none.

    Only to be asked while the VM's lock is held: nothing else shows whose call it is.
    """
    try:
        note = read_note(state.of_vm(vm) / _FILE)
        pid, argv = note["pid"], [str(word) for word in note["argv"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(pid, int):
        return None
    began = note.get("began")
    # After a loss of power the number is soon another process's, which may lead a group and live for months. A DVM
    # that did not note when its call began is an earlier one.
    if began is not None and began != process_began(pid):
        return None
    return (pid, " ".join(argv)) if _is_ours(pid) else None


def _is_ours(pid: int) -> bool:
    """Whether the process lives, and leads a group as our calls do (a process id is given out again)."""
    try:
        if pid <= 1 or os.getpgid(pid) != pid:
            return False
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError, OverflowError):
        return False
    try:
        state = (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # no /proc here: macOS, whose first process reaps every orphan
    return state.rpartition(")")[2].split()[:1] != ["Z"]
