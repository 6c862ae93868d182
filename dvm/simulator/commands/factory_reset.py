"""`limactl factory-reset`: removes every file but a few, DVM's receipt and the guest's memory among the
removed.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dvm.simulator.commands.stop import stop_forcibly
from dvm.simulator.instance import inspect
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from dvm.simulator.call import Call

_KEPT = ("lima-version", "protected", "vz-identifier")


def run(call: Call) -> int:
    """Reset the instance, stopping it forcibly first; one that is not there is no error."""
    name = call.line.arg()
    instance = inspect(call.home, name, call.reporter)
    if instance is None:
        call.reporter.info(f"Instance {tick(name)} not found")
        return 0
    if instance.protected:
        refuse("instance is protected to prohibit accidental factory-reset (Hint: use `limactl unprotect`)")
    stop_forcibly(call, instance)
    with call.home.lock():
        for file in sorted(instance.dir.iterdir()):
            if file.name in _KEPT or file.suffix in {".yaml", ".yml"}:
                continue
            call.reporter.info(f"Removing {tick(file)}")
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            else:
                file.unlink()
    call.reporter.info(f"Instance {tick(name)} has been factory reset")
    return 0
