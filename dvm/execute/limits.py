"""How long a step may take, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import StepAction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.model.plan import Step
    from dvm.model.timeouts import Timeouts

# Lima's own limit, which is in its arguments, comes first.
_AFTER_LIMAS_OWN = 60.0


def limit_of(step: Step, timeouts: Timeouts) -> float:
    """Return the seconds after which a step is ended; a setup script brings its own."""
    if step.script is not None:
        return float(step.script.script.entry.timeout)
    return float(_limits(timeouts)[step.action])


def _limits(timeouts: Timeouts) -> Mapping[StepAction, float]:
    return {
        StepAction.GUARD: timeouts.guest,
        StepAction.CLEAN: timeouts.stop,
        StepAction.CREATE: timeouts.create,
        StepAction.CLONE: timeouts.create,
        StepAction.VERIFY: timeouts.read,
        StepAction.TAKE_OVER: timeouts.read,
        StepAction.TAKE_TEMPLATE: timeouts.read,
        StepAction.DECLARE: timeouts.read,
        StepAction.RENAME: timeouts.edit,
        StepAction.MOVE_CODE: timeouts.guest,
        StepAction.UNPROTECT: timeouts.edit,
        StepAction.STOP: timeouts.stop,
        StepAction.EDIT: timeouts.edit,
        StepAction.EGRESS: timeouts.read,
        StepAction.START: timeouts.start + _AFTER_LIMAS_OWN,
        StepAction.RENEW: timeouts.guest,
        StepAction.BOOTSTRAP: timeouts.guest,
        StepAction.SETUP: timeouts.guest,
        StepAction.SEAL: timeouts.guest,
        StepAction.PROTECT: timeouts.edit,
        StepAction.DELETE: timeouts.stop,
        # They go on while bytes move: the stream has a limit of its own.
        StepAction.BACKUP: timeouts.guest,
        StepAction.RESTORE: timeouts.guest,
    }
