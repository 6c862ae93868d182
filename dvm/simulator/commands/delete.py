"""`limactl delete`: removes a stopped instance, with `-f` one in any state, but never a protected one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dvm.simulator.commands.stop import stop_forcibly
from dvm.simulator.instance import Instance, inspect
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Delete each named instance; one that is not there is a warning, and a directory without lima.yaml an
    error.
    """
    complaints = []
    for name in call.line.args:
        instance = inspect(call.home, name, call.reporter)
        if instance is not None:
            _delete(call, instance)
            continue
        directory = call.home.directory(name)
        if directory.exists():
            complaints.append(
                f"instance {tick(name)} directory {tick(directory)} exists but its `lima.yaml` "
                "could not be read; it was NOT deleted, in case it is currently being cloned into. "
                "If no `limactl` operation is using it, remove it manually"
            )
        else:
            call.reporter.warning(f"Ignoring non-existent instance {tick(name)}")
    # Lima looks at the networks after it deleted, whatever it deleted.
    call.home.keep_networks()
    if complaints:
        refuse("\n".join(complaints))
    return 0


def _delete(call: Call, instance: Instance) -> None:
    failed = f"failed to delete instance {tick(instance.name)}: "
    if instance.protected:
        refuse(f"{failed}instance is protected to prohibit accidental removal (Hint: use `limactl unprotect`)")
    if not call.line.flag("force") and instance.status != "Stopped":
        refuse(f"{failed}expected status `Stopped`, got {tick(instance.status)}")
    stop_forcibly(call, instance)
    with call.home.lock():
        shutil.rmtree(instance.dir)
    call.reporter.info(f"Deleted {tick(instance.name)} ({tick(instance.dir)})")
