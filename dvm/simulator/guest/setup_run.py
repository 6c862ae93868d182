"""A setup script in the guest: `dvm-setup RUN_ID SHA256 SIZE FILES AS DVM_USER NAME=VALUE...`, the script on
stdin, and behind it its companion files, each after `SIZE SHA256 NAME` and a NUL.

Stdin stays open after the script's bytes until the caller closes it: its end shows that the caller is gone,
and then the run ends without being recorded as ended. A run that ended well is not run again under the same
id.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from dvm.simulator.guest.directives import CallerGoneError, follow
from dvm.simulator.record import append_line

if TYPE_CHECKING:
    from dvm.simulator.guest.machine import Machine
    from dvm.simulator.guest.process import Process

USAGE = 64
BAD_BYTES = 90
NO_USER = 92
CALLER_GONE = 129
_FIXED_ARGS = 6
_FILES = "/run/dvm/files"


def run_setup(process: Process, args: list[str]) -> int:
    """Take the script in, verify it, run it once, and return its status.

    90: the bytes are not those that were announced. 92: DVM_USER was not made before. 129: the caller went
    away.
    """
    if len(args) < _FIXED_ARGS or args[4] not in {"admin", "root", "user"} or not (args[2] + args[3]).isdigit():
        process.say_error("dvm-setup: RUN_ID SHA256 SIZE FILES AS(admin|root|user) DVM_USER NAME=VALUE... are wanted")
        return USAGE
    run_id, digest, size, count, identity, user = args[:_FIXED_ARGS]
    machine = process.machine
    if any(run["run_id"] == run_id and run["status"] == 0 for run in ended_runs(machine)):
        process.say("dvm: this run had already ended\n")
        return 0
    if identity == "user" and not machine.has_user(user):
        process.say_error(f"dvm: there is no user {user} in this guest")
        return NO_USER
    script = _take(process, int(size), digest, "the script")
    files = _companions(process, int(count))
    if script is None or files is None:
        return BAD_BYTES
    pairs = (f"DVM_FILES={_FILES}", *args[_FIXED_ARGS:])
    run: dict[str, Any] = {
        "run_id": run_id,
        "sha256": digest,
        "as": identity,
        "user": {"admin": machine.login.get("name"), "root": "root", "user": user}[identity],
        "env": machine.memory["environment"] | dict(pair.split("=", 1) for pair in pairs if "=" in pair),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "text": script.decode("utf-8", "backslashreplace"),
        "started": time.time(),
    }
    append_line(machine.starts, json.dumps(run))
    try:
        status = follow(process, run["text"], digest, files)
    except CallerGoneError:
        process.vanished = True
        return CALLER_GONE
    append_line(machine.runs, json.dumps({**run, "status": status, "ended": time.time()}))
    return status


def _take(process: Process, size: int, digest: str, what: str) -> bytes | None:
    content = process.read(size)
    found = hashlib.sha256(content).hexdigest()
    if len(content) == size and found == digest:
        return content
    process.say_error(f"dvm: {what} did not arrive whole (SHA-256 {found}, expected {digest})")
    return None


def _companions(process: Process, count: int) -> dict[str, bytes] | None:
    files: dict[str, bytes] = {}
    for _ in range(count):
        size, digest, name = (process.read_record() or "0  ").split(" ", 2)
        content = _take(process, int(size), digest, f"the companion file {name}")
        if content is None:
            return None
        files[name] = content
    return files


def run_outcome(process: Process, args: list[str]) -> int:
    """`dvm-outcome RUN_ID`: answers `ended` and the exit status of that run, or `unknown`."""
    statuses = [run["status"] for run in ended_runs(process.machine) if run["run_id"] == args[0]]
    if statuses:
        process.answer("ended", str(statuses[-1]))
    else:
        process.answer("unknown")
    return 0


def ended_runs(machine: Machine) -> list[dict[str, Any]]:
    """Return the runs that ended, in order."""
    try:
        lines = machine.runs.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines]
