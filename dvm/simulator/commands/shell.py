"""`limactl shell`: a command in the guest. The simulator's guest knows a few programs and runs nothing on the
host.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dvm.simulator.guest.machine import Machine
from dvm.simulator.guest.process import Process
from dvm.simulator.guest.programs import PROGRAMS
from dvm.simulator.instance import Instance, NoInstanceError
from dvm.simulator.log import refuse, tick
from dvm.simulator.timing import take_time

if TYPE_CHECKING:
    from dvm.simulator.call import Call

SSH_FAILED = 255


def run(call: Call) -> int:
    """Run the command in the guest and return its exit status; 255 where ssh does not get through."""
    args = [call.line.value("instance"), *call.line.args] if "instance" in call.line.values else list(call.line.args)
    if not args:
        refuse("requires instance name as first argument")
    name, *command = args
    if command[:1] == ["--"]:
        command = command[1:]
    machine = running_machine(call, name)
    if machine is None:
        return SSH_FAILED
    process = Process(machine, PROGRAMS)
    workdir = call.line.value("workdir")
    if workdir and not machine.is_directory(workdir):
        process.say_error(f"bash: line 1: cd: {workdir}: No such file or directory")
        return 1
    process.cwd = workdir or process.home
    if call.line.flag("preserve-env"):
        process.env |= os.environ
    take_time()
    if not machine.hostile.login():
        return 0
    return process.run(command or ["bash", "-l"])


def running_machine(call: Call, name: str) -> Machine | None:
    """Return the instance's guest, or None where ssh does not get through to it.

    Raises:
        Refused: there is no such instance, it has no configuration, or it is stopped.
    """
    try:
        instance = Instance(call.home, name, call.reporter)
    except NoInstanceError:
        refuse(f"instance {tick(name)} does not exist, run `limactl create {name}` to create a new instance")
    if instance.errors:
        call.reporter.error(f"Instance {tick(name)} has configuration errors", error="\n".join(instance.errors))
    if instance.config is None:
        refuse(f"instance {tick(name)} has no configuration")
    if instance.status == "Stopped":
        refuse(f"instance {tick(name)} is stopped, run `limactl start {name}` to start the instance")
    machine = Machine(instance)
    if not instance.state.answers:
        os.write(2, b"kex_exchange_identification: read: Connection reset by peer\r\n")
        return None
    return machine
