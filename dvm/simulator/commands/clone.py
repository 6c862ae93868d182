"""`limactl clone` and `rename`: both take files along that Lima does not know, DVM's receipt among them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dvm.simulator.changes import has_changes
from dvm.simulator.commands.edit import change, save
from dvm.simulator.commands.start import boot
from dvm.simulator.instance import Instance, NoInstanceError, inspect_or_refuse
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from dvm.simulator.call import Call

_SKIPPED = ("protected", "swtpm", "*.pid", "*.sock", "*.tmp")


def run(call: Call) -> int:
    """Clone an instance."""
    return copy_instance(call, "clone")


def copy_instance(call: Call, verb: str) -> int:
    """Make the second instance of the first; `verb` is `clone`, or `rename`, which takes the first away.

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
        shutil.copytree(old.dir, directory, ignore=shutil.ignore_patterns(*_SKIPPED), symlinks=True)
        if verb == "rename":
            shutil.rmtree(old.dir)
    new = inspect_or_refuse(call.home, new_name, call.reporter)
    if has_changes(call.line):
        save(call, new, change(call, new))
    if call.line.flag("start"):
        boot(call, inspect_or_refuse(call.home, new_name, call.reporter))
    return 0
