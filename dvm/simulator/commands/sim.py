"""`dvm-sim-limactl sim ACTION INSTANCE [VALUE]`: what life does to a real instance, for tests. limactl has no
such command.

- `break`: the driver is gone and the host agent stays: Broken.
- `break-hostagent`: the host agent was killed, the VM runs on: Broken; `shell` still works.
- `poweroff`: the guest was shut down from within, or both processes are gone: Stopped.
- `unreachable`, `reachable`: ssh does not get through, or does again.
- `dead-port PORT`: a static forward on this port of the host is not served any more.
- `status VALUE`: list this status, e.g. `Installing`, until the next start or stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.agent_log import report_dead
from dvm.simulator.instance import inspect_or_refuse
from dvm.simulator.log import refuse, tick
from dvm.simulator.state import FIRST_PID

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Do it.

    Raises:
        Refused: there is no such instance or no such action.
    """
    action = call.line.arg(0)
    instance = inspect_or_refuse(call.home, call.line.arg(1), call.reporter)
    state = instance.state
    with call.home.lock():
        match action:
            case "break":
                state.host_agent, state.driver = state.host_agent or FIRST_PID, 0
            case "break-hostagent":
                state.host_agent, state.driver = 0, state.driver or FIRST_PID
            case "poweroff":
                state.halt()
            case "reachable" | "unreachable":
                state.reachable = action == "reachable"
            case "dead-port":
                report_dead(instance, int(call.line.arg(2, "")), "")
            case "status":
                state.status = call.line.arg(2, "")
            case _:
                refuse(f"the simulator has no action {tick(action)}")
        state.save()
    return 0
