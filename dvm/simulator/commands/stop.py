"""`limactl stop`: shuts a running instance down, or with `-f` puts an end to it in any state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.driving import end
from dvm.simulator.instance import Instance, inspect_or_refuse
from dvm.simulator.log import refuse, tick
from dvm.simulator.state import HOST_AGENT_FILE, State
from dvm.simulator.strangers import kill, named_by
from dvm.simulator.timing import take_time

if TYPE_CHECKING:
    from dvm.simulator.call import Call

_LEFTOVERS = (".pid", ".sock", ".tmp")


def run(call: Call) -> int:
    """Stop the instance."""
    instance = inspect_or_refuse(call.home, call.line.arg(), call.reporter)
    if call.line.flag("force"):
        stop_forcibly(call, instance)
    else:
        stop_gracefully(call, instance)
    return 0


def stop_gracefully(call: Call, instance: Instance) -> None:
    """Shut it down as with its power button.

    Raises:
        Refused: it does not run.
    """
    if instance.status != "Running":
        refuse(f"expected status `Running`, got {tick(instance.status)} (maybe use `limactl stop -f`?)")
    call.reporter.info(f"Sending SIGINT to hostagent process {instance.state.host_agent}")
    call.reporter.info("Waiting for the host agent and the driver processes to shut down")
    take_time()
    end(instance.dir, instance.state.driver)
    _power_off(call, instance)
    call.reporter.info("[hostagent] QEMU has exited")
    call.reporter.info("Waiting for the instance to shut down")
    call.reporter.info(f"The instance {instance.name} has shut down")


def stop_forcibly(call: Call, instance: Instance) -> None:
    """Kill what runs of it and clear what it left; nothing refuses this."""
    stranger = 0 if instance.state.driver else named_by(instance.dir / f"{instance.vm_type}.pid")
    driver = instance.state.driver or stranger
    if driver:
        call.reporter.info(f"Sending SIGKILL to the {instance.vm_type} driver process {driver}")
        kill(stranger)
    else:
        call.reporter.info(f"The {instance.vm_type} driver process seems already stopped")
    agent = instance.state.host_agent or named_by(instance.dir / HOST_AGENT_FILE)
    if agent:
        call.reporter.info(f"Sending SIGKILL to the host agent process {agent}")
        kill(agent)
    else:
        call.reporter.info("The host agent process seems already stopped")
    end(instance.dir, instance.state.driver)
    call.reporter.info(f"Removing *.pid *.sock *.tmp under {tick(instance.dir)}")
    for file in sorted(instance.dir.iterdir()):
        if file.name.endswith(_LEFTOVERS):
            call.reporter.info(f"Removing {tick(file)}")
            file.unlink(missing_ok=True)
    _power_off(call, instance)


def _power_off(call: Call, instance: Instance) -> None:
    if not instance.state.path.exists():
        return
    with call.home.lock():
        instance.state = State(instance.dir)
        instance.state.halt()
        instance.state.save()
