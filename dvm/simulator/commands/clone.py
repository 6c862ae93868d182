"""`limactl clone`: takes files along that Lima does not know, DVM's receipt among them; and what `rename` shares."""

from __future__ import annotations

import shutil
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from dvm.simulator.changes import has_changes
from dvm.simulator.commands.edit import change, save
from dvm.simulator.commands.start import boot
from dvm.simulator.faults import copying
from dvm.simulator.guest.machine import FILES
from dvm.simulator.instance import LIMA_YAML, Instance, NoInstanceError, inspect_or_refuse
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.simulator.call import Call

# The simulator's own way to keep a guest's disk.
_DISK = FILES
_SKIPPED = ("protected", "swtpm", "*.pid", "*.sock", "*.tmp")


def run(call: Call) -> int:
    """Clone an instance."""
    return make_second(call, "clone", _copy)


def make_second(call: Call, verb: str, take: Callable[[Path, Path], None]) -> int:
    """Make the second instance of the first; `verb` is `clone` or `rename`, and `take` has the files come over.

    Raises:
        Refused: the first is not there or runs, or the second is there.
    """
    old_name, new_name = call.line.args
    try:
        old = Instance(call.home, old_name, call.reporter)
    except NoInstanceError:
        refuse(f"instance {tick(old_name)} not found")
    if old_name == new_name:
        refuse(f"new instance name {tick(new_name)} must be different from {tick(old_name)}")
    if old.status == "Running":
        refuse(f"cannot {verb} a running instance")
    if not new_name:
        refuse("got empty instName")
    directory = call.home.directory(new_name)
    with call.home.lock():
        if directory.exists():
            refuse(f"instance {tick(new_name)} already exists")
        call.home.check_socket_length(new_name)
        take(old.dir, directory)
    new = inspect_or_refuse(call.home, new_name, call.reporter)
    if has_changes(call.line):
        save(call, new, change(call, new))
    if call.line.flag("start"):
        boot(call, inspect_or_refuse(call.home, new_name, call.reporter))
    return 0


def _copy(source: Path, directory: Path) -> None:
    """Copy file by file, lima.yaml last but for what a directory with something in it keeps from being copied.

    Raises:
        Refused: there is such a directory: Lima makes it without any permission, and stops there.
    """
    directory.mkdir(mode=0o700)
    entries = sorted(source.iterdir(), key=lambda entry: (entry.name == LIMA_YAML, entry.name))
    for entry in entries:
        if any(fnmatch(entry.name, pattern) for pattern in _SKIPPED):
            continue
        if entry.name == LIMA_YAML:
            copying()
        if entry.name == _DISK:
            shutil.copytree(entry, directory / entry.name, symlinks=True)
        elif entry.is_dir() and not entry.is_symlink():
            (directory / entry.name).mkdir()
            (directory / entry.name).chmod(0)
            if first := next(entry.iterdir(), None):
                refuse(f"failed to clone instance: open {directory / entry.name / first.name}: permission denied")
        else:
            shutil.copy2(entry, directory / entry.name, follow_symlinks=False)
