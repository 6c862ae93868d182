"""`dvm mv`."""

from __future__ import annotations

from typing import Annotated

import typer

from dvm.cli.guest.entrance import named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.renaming import RenamePlanner
from dvm.errors import UsageError


def mv(
    vm: opt.VM,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.", show_default=False)],
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Rename a VM: in the manifest, in Lima, and its code directory. Nothing is rebuilt or lost.

    In the manifest its declaration gets the new name, and so does each depends_on and reach of other VMs; all else
    stays as it is to the byte. A VM that runs is stopped and booted again. The code directory of one that is stopped
    moves at its next start. A protected VM stays protected. One that reaches it gets the new name at the next apply.
    Where the manifest has the new name already, the rest is done.

    If it is cut off, the same command, or the next apply, does what is left.

    Example: dvm mv app web
    """
    old, wanted = named(vm), named(new)
    if old == wanted:
        raise UsageError(f"vm.{old} has that name already.", remedy="Give another one.")
    planner = RenamePlanner(Host(), manifest, plan_options([old, wanted], None), old=old, new=wanted)
    return planner.run(lock_timeout=lock_timeout, json=json)
