"""`limactl restart`: stop, if it runs, and start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.commands.start import boot
from dvm.simulator.commands.stop import stop_forcibly, stop_gracefully
from dvm.simulator.instance import inspect_or_refuse

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Restart the instance; one that does not run is started."""
    instance = inspect_or_refuse(call.home, call.line.arg(), call.reporter)
    if call.line.flag("force"):
        stop_forcibly(call, instance)
    elif instance.status == "Running":
        stop_gracefully(call, instance)
    else:
        call.reporter.warning("The instance is not running, continuing with the restart")
    boot(call, instance)
    return 0
