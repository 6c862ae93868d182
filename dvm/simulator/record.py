"""The record of calls: one JSON line each in the file that `DVM_SIM_RECORD` names.

A line has `argv` (without the program), `cwd`, `time` (seconds since the epoch), `pid`, `changing`,
`env_names` (names only: values may be secrets) and `tty` (whether stdin is a terminal). `changing` is true
for each command that could change the host, Lima or a guest; a `shell` is one, but for DVM's own look for
unsaved work (`dvm-guard`) and its question how a run ended (`dvm-outcome`), and a `create` but for `--list-templates`.
"""

from __future__ import annotations

import json
import os
import time

_CHANGING = {
    "create",
    "start",
    "stop",
    "restart",
    "edit",
    "delete",
    "protect",
    "unprotect",
    "shell",
    "copy",
    "clone",
    "rename",
    "factory-reset",
}


def is_changing(command: str, argv: list[str]) -> bool:
    """Return whether the call could change anything."""
    only_looks = {"shell": {"dvm-guard", "dvm-outcome", "dvm-archive"}, "create": {"--list-templates"}}.get(
        command, set()
    )
    return command in _CHANGING and only_looks.isdisjoint(argv)


def record(command: str, argv: list[str]) -> None:
    """Append the call's line in a single write, so that calls side by side do not mix."""
    path = os.environ.get("DVM_SIM_RECORD")
    if not path:
        return
    try:
        cwd = os.getcwd()  # noqa: PTH109 - as text, and it may be gone
    except OSError:
        cwd = ""
    line = json.dumps(
        {
            "argv": argv,
            "cwd": cwd,
            "time": time.time(),
            "pid": os.getpid(),
            "changing": is_changing(command, argv),
            "env_names": sorted(os.environ),
            "tty": os.isatty(0),
        }
    )
    append_line(path, line)


def append_line(path: str | os.PathLike[str], line: str) -> None:
    """Append a line in one write."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, line.encode() + b"\n")
    finally:
        os.close(descriptor)
