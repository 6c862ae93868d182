"""A boot that is held to the look before it: Lima reads `_config` once more, after DVM judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.instances import egress_not_in_force
from dvm.checks.instances.booted_before import changed_within_our_start
from dvm.checks.posture import PostureRefusedError, VerifiedInstance
from dvm.errors import DvmError
from dvm.execute.egress import shut_network
from dvm.execute.hooks import StepFailure
from dvm.execute.look import ours, verified
from dvm.lima.calls import words
from dvm.lima.home import CONFIG
from dvm.model.intent import Stop
from dvm.observe.config_watch import ConfigWatch
from dvm.state.logs import LIMA_LOG

if TYPE_CHECKING:
    from dvm.execute.job import Job
    from dvm.model.check import CheckResult
    from dvm.model.intent import Start
    from dvm.model.plan import Step


def boot(job: Job, step: Step, intent: Start) -> None:
    """Start the instance; where its configuration was another one meanwhile, stop it and call it untrusted.

    Raises:
        StepFailure: limactl failed. PostureRefusedError: a check denied before the start, or something changed since.
    """
    # From before the look, so that no change falls between the two.
    home = job.context.home
    watch = ConfigWatch(home, home.of("_config"), home.of(job.change.instance) / CONFIG)
    failure: StepFailure | None = None
    with watch:
        before = verified(job)
        try:
            with shut_network(job, before.instance) as shut:
                job.call(step, words(intent), shut=shut)
        except StepFailure as error:
            failure = error  # it may go on booting all the same
        denied, differs = _look_again(job, before)
    changed = watch.changed()
    if denied and not changed and all(result.code == egress_not_in_force.CHECK.code for result in denied):
        # Its configuration is the one that was judged; the wall around it is not there.
        _stop(job)
        raise PostureRefusedError(job.change.address, denied)
    if changed or differs:
        result = changed_within_our_start(before.instance, changed)
        _stop(job)
        if job.receipt is not None:
            job.save(replace(job.receipt, untrusted=result.detail))
        raise PostureRefusedError(job.change.address, [result, *denied])
    if failure is not None:
        raise failure
    job.ready = True


def _look_again(job: Job, before: VerifiedInstance) -> tuple[tuple[CheckResult, ...], bool]:
    """Return what the checks deny now, and whether the configuration is another one."""
    try:
        now = verified(job).instance
    except PostureRefusedError as error:
        return tuple(error.checks), True
    return (), (now.posture, now.parts) != (before.instance.posture, before.instance.parts)


def _stop(job: Job) -> None:
    """End the VM at once: there is nothing in it to be kept that was written before this boot's first command."""
    ours(job)
    try:
        job.context.lima.change(
            words(Stop(job.change.instance, force=True)),
            timeout=job.context.timeouts.stop,
            sink=job.log(LIMA_LOG).write,
        )
    except DvmError as error:
        job.log(LIMA_LOG).write(f"{error.summary}\n".encode())
