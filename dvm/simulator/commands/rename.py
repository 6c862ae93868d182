"""`limactl rename`: moves the files of a stopped instance one after the other, those that Lima does not know too."""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from dvm.simulator.changes import has_changes
from dvm.simulator.commands.edit import change, save
from dvm.simulator.commands.start import boot
from dvm.simulator.instance import Instance, NoInstanceError, inspect_or_refuse
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.call import Call

_LEFT_OUT = ("protected", "swtpm", "*.pid", "*.sock", "*.tmp")
_EMPTIED = "vz-identifier"


def run(call: Call) -> int:
    """Rename an instance.

    Raises:
        Refused: it is not there or runs, the new one is there, or a directory in it holds something.
    """
    old_name, new_name = call.line.args
    try:
        old = Instance(call.home, old_name, call.reporter)
    except NoInstanceError:
        refuse(f"instance {tick(old_name)} not found")
    if old_name == new_name:
        refuse(f"new instance name {tick(new_name)} must be different from {tick(old_name)}")
    if old.status == "Running":
        refuse("cannot rename a running instance")
    if not new_name:
        refuse("got empty instName")
    directory = call.home.directory(new_name)
    with call.home.lock():
        if directory.exists():
            refuse(f"instance {tick(new_name)} already exists")
        call.home.check_socket_length(new_name)
        directory.mkdir(0o700)
        _move(old.dir, directory)
        shutil.rmtree(old.dir)
    new = inspect_or_refuse(call.home, new_name, call.reporter)
    if has_changes(call.line):
        save(call, new, change(call, new))
    if call.line.flag("start"):
        boot(call, inspect_or_refuse(call.home, new_name, call.reporter))
    return 0


def _move(old: Path, new: Path) -> None:
    """Move what is in a directory, in order of name, until something can't be moved."""
    for entry in sorted(os.listdir(old)):  # noqa: PTH208
        source, target = old / entry, new / entry
        left_out = any(fnmatch(entry, pattern) for pattern in _LEFT_OUT)
        if source.is_dir() and not source.is_symlink():
            if not left_out:
                target.mkdir(0o000)
            for inner in sorted(os.listdir(source))[:1]:  # noqa: PTH208
                # The directory that was just made has no right at all; one that is left out is not there.
                why = "no such file or directory" if left_out else "permission denied"
                refuse(f"rename {source / inner} {target / inner}: {why}")
        elif left_out:
            continue
        elif entry == _EMPTIED:
            target.touch()
        else:
            source.rename(target)
