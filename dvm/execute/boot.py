"""A boot that is held to the look before it: Lima reads `_config` once more, after DVM judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.instances.booted_before import changed_within_our_start
from dvm.checks.posture import PostureRefusedError, VerifiedInstance
from dvm.errors import DvmError
from dvm.execute.hooks import StepFailure
from dvm.execute.look import ours, verified
from dvm.lima import calls
from dvm.observe.moments import changed_at
from dvm.state.logs import LIMA_LOG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dvm.execute.job import Job
    from dvm.model.check import CheckResult
    from dvm.model.plan import Step


def boot(job: Job, step: Step) -> None:
    """Start the instance; where its configuration was another one meanwhile, stop it and call it untrusted.

    Raises:
        StepFailure: limactl failed. PostureRefusedError: a check denied before the start, or something changed since.
    """
    # Before the look, so that no change falls between the two.
    moments = _moments(job)
    before = verified(job)
    try:
        job.call(step)
    except StepFailure:
        # It may go on booting all the same.
        _demand_same(job, moments, before)
        raise
    _demand_same(job, moments, before)
    job.ready = True


def _demand_same(job: Job, moments: Mapping[Path, float | None], before: VerifiedInstance) -> None:
    changed = sorted(path for path, moment in _moments(job).items() if moments.get(path, moment) != moment)
    gone = sorted(path for path in moments if path not in _moments(job))
    denied: list[CheckResult] = []
    instance = before.instance
    try:
        now = verified(job).instance
        differs = (now.posture, now.parts) != (instance.posture, instance.parts)
    except PostureRefusedError as error:
        denied, differs = list(error.checks), True
    if not (changed or gone or differs):
        return
    result = changed_within_our_start(instance, (*changed, *gone))
    _stop(job)
    if differs and job.receipt is not None:
        job.save(replace(job.receipt, untrusted=result.detail))
    raise PostureRefusedError(job.change.address, [result, *denied])


def _stop(job: Job) -> None:
    """End the VM at once: there is nothing in it to be kept that was written before this boot's first command."""
    ours(job)
    try:
        job.context.lima.change(
            calls.stop(job.change.instance, force=True),
            timeout=job.context.timeouts.stop,
            sink=job.log(LIMA_LOG).write,
        )
    except DvmError as error:
        job.log(LIMA_LOG).write(f"{error.summary}\n".encode())


def _moments(job: Job) -> Mapping[Path, float | None]:
    own = job.context.lima_home / job.change.instance / "lima.yaml"
    return {**job.context.read_lima_config().changed, own: changed_at(own)}
