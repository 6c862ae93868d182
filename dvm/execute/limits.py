"""How long a step may take, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import StepAction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.model.plan import Step

_LIMITS: Mapping[StepAction, float] = {
    StepAction.GUARD: 300,
    StepAction.CLEAN: 300,
    # A create downloads the image, where Lima does not have it yet.
    StepAction.CREATE: 3600,
    StepAction.VERIFY: 120,
    StepAction.UNPROTECT: 60,
    # A guest that is booting misses the power button; Lima then waits three minutes and kills it.
    StepAction.STOP: 300,
    StepAction.EDIT: 60,
    # Lima's own limit, which is in its arguments, comes first.
    StepAction.START: 660,
    StepAction.BOOTSTRAP: 600,
    StepAction.PROTECT: 60,
    StepAction.DELETE: 300,
}

# A guest says "Running" as soon as its driver runs; sshd may need another 25 s, under emulation more.
READY_SECONDS = 300.0


def limit_of(step: Step) -> float:
    """Return the seconds after which a step is ended; a setup script brings its own."""
    if step.script is not None:
        return float(step.script.script.entry.timeout)
    return _LIMITS[step.action]
