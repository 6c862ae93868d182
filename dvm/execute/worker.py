"""The steps of one VM, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from dvm.checks.posture import PostureRefusedError
from dvm.errors import DvmError
from dvm.execute.base_image import finish_image, renew, seal
from dvm.execute.boot import boot
from dvm.execute.cloning import clone
from dvm.execute.creation import create
from dvm.execute.deletion import clean, delete
from dvm.execute.egress import write_policy
from dvm.execute.forwards import demand_forwarded
from dvm.execute.guest_work import bootstrap, guard, setup
from dvm.execute.hooks import StepFailure
from dvm.execute.job import Job, now
from dvm.execute.kept_work import back_up, restore
from dvm.execute.look import demand_converged, ours, take_over, take_template, verified
from dvm.execute.renaming import declare, move_code, rename
from dvm.lima.calls import words
from dvm.model import intent as to
from dvm.state.leftovers import clear_deletion
from dvm.state.marks import clear_mark
from dvm.state.renames import clear_renaming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.execute.context import Context
    from dvm.model.plan import ResourceChange, Step


class Worker:
    """Carries out the steps of one change, in the calling thread.

    `owner` is the manifest that the VM belongs to, as a path without links; `progress` gets each chunk of output as it
    comes, `note` what is to be told in between.
    """

    def __init__(
        self,
        context: Context,
        change: ResourceChange,
        owner: Path,
        progress: Callable[[Step, bytes], None],
        note: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._job = Job(context, change, owner, progress)
        self._note = note

    def run(self, step: Step) -> None:
        """Carry out one step.

        Raises:
            StepFailure: it did not end well; the rest of this VM's steps must not run.
        """
        try:
            self._dispatch(step)
        except PostureRefusedError as error:
            raise StepFailure(step, error.summary, remedy=error.remedy, checks=error.checks) from error
        except DvmError as error:
            raise StepFailure(step, f"{error.summary} {error.detail}".strip(), remedy=error.remedy) from error
        except OSError as error:
            raise _not_written(step, error, self._job.context.state.path) from error

    def finish(self, last: Step) -> None:
        """Note in the receipt that everything asked for is done, `last` being the last step.

        Raises:
            StepFailure: it can't be noted.
        """
        try:
            self._finish(last)
        except OSError as error:
            raise _not_written(last, error, self._job.context.state.path) from error

    def _finish(self, last: Step) -> None:
        job = self._job
        receipt, desired = job.receipt, job.change.desired
        if receipt is not None and job.change.is_base and isinstance(last.intent, to.Stop):
            finish_image(job)
            return
        if receipt is not None:
            # Left by an apply that was killed just before it would have forgotten them.
            clear_mark(job.context.state, job.change.name)
            clear_deletion(job.context.state, job.change.name)
            clear_renaming(job.context.state, job.change.name)
        # A bare start converges nothing: what the user made in the guest since the last apply stays work to guard.
        if receipt is not None and desired is not None and job.change.converges:
            depends_on = desired.config.depends_on
            job.save(replace(receipt, applied=now(), depends_on=depends_on, allowed=desired.allowed))

    def close(self) -> None:
        """Close the logs."""
        self._job.close()

    def _dispatch(self, step: Step) -> None:  # noqa: C901, PLR0912 - one intent a case
        job = self._job
        match step.intent:
            case to.Guard() as intent:
                guard(job, verified(job), step, intent)
            case to.Clean() as intent:
                clean(job, step, intent)
            case to.Delete() as intent:
                delete(job, step, intent)
            case to.Create() as creation:
                give_up = job.context.interrupt.is_asked
                template = job.vm.config.template
                waits = f"{step.address}: Waiting for another VM's create, which brings the image of {template}..."
                job.context.images.run(
                    template, lambda: create(job, step, creation), give_up=give_up, told=lambda: self._note(waits)
                )
            case to.Clone() as intent:
                clone(job, step, intent)
            case to.Verify():
                demand_converged(job, step)
            case to.TakeOver():
                take_over(job)
            case to.TakeTemplate():
                take_template(job)
            case to.Declare():
                declare(job)
            case to.Rename() as intent:
                rename(job, step, intent)
            case to.MoveCode() as intent:
                move_code(job, verified(job), step, intent)
            case to.Stop() | to.Edit() | to.Protect() | to.Unprotect() as intent:
                # Its posture may be what an edit fixes; that it is there, and ours, must hold all the same.
                ours(job)
                job.call(step, words(intent))
            case to.Egress():
                write_policy(job, ours(job))
            case to.Start() as intent:
                boot(job, step, intent)
                demand_forwarded(job, step)
            case to.Renew() as intent:
                renew(job, verified(job), step, intent)
            case to.Seal() as intent:
                seal(job, verified(job), step, intent)
            case to.Bootstrap() as intent:
                bootstrap(job, verified(job), step, intent)
            case to.Setup() as intent:
                setup(job, verified(job), step, intent)
            case to.BackUp() as intent:
                back_up(job, verified(job), step, intent)
            case to.Restore() as intent:
                restore(job, verified(job), step, intent)
            case _:
                assert_never(step.intent)


def _not_written(step: Step, error: OSError, place: Path) -> StepFailure:
    return StepFailure(
        step,
        f"{error.strerror or error}: {error.filename or place}",
        remedy="See that the disk is not full and that the place may be written to, then apply again.",
    )
