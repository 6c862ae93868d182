"""After a start: each declared port is seen to be served by a process of the VM's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.execute.hooks import StepFailure
from dvm.execute.look import ours
from dvm.lima.forwards import serving
from dvm.state.logs import LIMA_LOG

if TYPE_CHECKING:
    from dvm.execute.job import Job
    from dvm.model.plan import Step

# Lima sets them up before it says that the VM runs; on a busy host the listener shows a moment later.
_WAIT_SECONDS = 15.0
_LOOK_SECONDS = 0.25


def demand_forwarded(job: Job, step: Step) -> None:
    """Return where every declared port is served.

    Raises:
        StepFailure: one is not, within 15 s.
    """
    if job.change.desired is None or not job.vm.config.ports:
        return
    ports = [port.host for port in job.vm.config.ports]
    instance, machine = ours(job), job.context.lima.machine
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        seen = serving(machine, instance.dir)
        dead = replace(instance, serving=seen).dead_ports(ports)
        # Lima tries once: what it says it could not bind stays dead.
        failed = seen is not None and any(port in seen.failed for port in dead)
        if (seen is not None and not dead) or failed or time.monotonic() > deadline:
            break
        time.sleep(_LOOK_SECONDS)
    if seen is None:
        dead = dict.fromkeys(ports, "it did not get ready")
    if not dead:
        return
    words = [
        f"port {port} {machine.why_taken(port) or why or 'is served by no process of it'}" for port, why in dead.items()
    ]
    raise StepFailure(
        step,
        f"DVM316: {job.change.address} runs, and not all of its ports are forwarded: {'; '.join(words)}.",
        remedy="Free the port, or declare another one, and apply again: the VM is restarted then.",
        log=job.log(LIMA_LOG).path,
    )
