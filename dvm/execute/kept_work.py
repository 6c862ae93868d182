"""The work of a VM that is replaced: archived before the VM goes, and put into the new one.

The archive is there as a whole, and proven, before anything is destroyed. It goes when the new guest has proven that it
has the work, on its disk.
"""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import DvmError
from dvm.execute.guest_work import wait_until_ready
from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.lima import guest_calls
from dvm.lima.archive import most_bytes, take
from dvm.lima.calls import words
from dvm.lima.guest_call import GuestCall
from dvm.model.archive import Replaced
from dvm.model.units import format_size
from dvm.state.archives import about, new_archive, open_archive
from dvm.state.kept_work import forget_kept_work, kept_place, read_kept_work, waiting_work
from dvm.state.logs import SETUP_LOG

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.posture import VerifiedInstance
    from dvm.execute.job import Job
    from dvm.lima.guest_call import Proven
    from dvm.lima.transfer import Transfer
    from dvm.model.archive import KeptWork
    from dvm.model.instance import Instance
    from dvm.model.intent import BackUp, Restore
    from dvm.model.plan import Step


def back_up(job: Job, verified: VerifiedInstance, step: Step, intent: BackUp) -> None:
    """Archive the code directories of the VM that is about to go.

    Raises:
        StepFailure: there is no whole archive, and nothing else has happened.
    """
    instance, state = verified.instance, job.context.state
    assert instance.receipt is not None
    kept = _kept(job)
    if kept is not None and not kept.is_of(instance):
        raise StepFailure(
            step,
            f"{job.change.address} still lacks the work of its last replacement, which is in {kept.place}.",
            remedy=f"`dvm apply {job.change.name}` puts it back. Then ask again.",
        )
    if kept is None and (waiting := waiting_work(state, job.change.name)) is not None:
        raise StepFailure(
            step,
            f"{waiting} has the work of another VM of that name, so it is not written over.",
            remedy=f"Put it into a VM: `dvm restore {shlex.quote(str(waiting))} VM`. "
            "Then move it and the .json beside it away, and ask again.",
        )
    wait_until_ready(job, step)
    place = kept_place(state, job.change.name)
    state.make(place.parent)
    job.log(SETUP_LOG).title(step.id)
    call = GuestCall(words(intent))
    try:
        with new_archive(place, over=True) as new:
            with job.context.lima.reading(call, started=job.started(call.argv)) as transfer:
                entries = take(
                    transfer, new.file, place, limit=most_bytes(instance.disk), progress=_progress(job, step)
                )
            _proven(job, step, transfer)
            replaces = Replaced(
                restore_id=os.urandom(16).hex(), lima_home=str(job.context.lima_home), message=instance.message
            )
            made = about(replace(instance.receipt, manifest=str(job.owner)), transfer, entries, now(), replaces)
            new.commit(made)
    except DvmError as error:
        raise _failed(job, step, error) from error
    finally:
        job.forget_call()
    job.archived = True


def demand_kept(job: Job, instance: Instance, step: Step) -> None:
    """See that the work of an instance that is about to be destroyed is kept.

    Raises:
        StepFailure: it is not, or it is another one's.
    """
    kept = _kept(job)
    if kept is not None and kept.is_of(instance):
        with suppress(DvmError), open_archive(kept_place(job.context.state, job.change.name), kept.about):
            return
    raise StepFailure(
        step,
        f"The archive of {job.change.address} is not where it was written, so nothing is destroyed.",
        remedy="Ask again.",
    )


def restore(job: Job, verified: VerifiedInstance, step: Step, intent: Restore) -> None:
    """Put the work of the VM that was replaced into the new one, and remove its archive.

    Raises:
        StepFailure: the new VM does not prove that it has the work; the archive is where it was.
    """
    assert verified.instance.name == job.change.instance
    kept = _kept(job)
    if kept is None or kept.about.replaces is None:
        raise StepFailure(
            step, f"The archive of {job.change.address} is gone.", remedy="See `dvm plan`: nothing else is left to do."
        )
    wait_until_ready(job, step)
    job.log(SETUP_LOG).title(step.id)
    about = kept.about
    call = GuestCall(guest_calls.restore(intent, kept.about.replaces.restore_id, str(about.bytes), about.sha256))
    place = kept_place(job.context.state, job.change.name)
    try:
        # Where the guest reads no more, it says why.
        with (
            open_archive(place, kept.about) as file,
            job.context.lima.writing(call, started=job.started(call.argv)) as transfer,
            suppress(BrokenPipeError),
        ):
            transfer.feed(file, _progress(job, step))
        _proven(job, step, transfer)
    except DvmError as error:
        raise _failed(job, step, error) from error
    finally:
        job.forget_call()
    forget_kept_work(job.context.state, job.change.name)


def _kept(job: Job) -> KeptWork | None:
    context = job.context
    return read_kept_work(context.state, context.lima_home, job.owner).get(job.change.name)


def _proven(job: Job, step: Step, transfer: Transfer) -> Proven:
    assert transfer.ending is not None
    ending = transfer.ending
    for line in ending.completed.tail:
        job.log(SETUP_LOG).write(f"{line}\n".encode("utf-8", "replace"))
    job.proven(step, ending)
    # As it was counted here.
    return transfer.proven()


def _failed(job: Job, step: Step, error: DvmError) -> StepFailure:
    interrupted = job.context.interrupt.ended
    what = "It was ended by your interrupt." if interrupted else f"{error.summary} {error.detail}".strip()
    return StepFailure(
        step,
        f"{job.change.address}: {what}",
        remedy="" if interrupted else error.remedy,
        log=job.log(SETUP_LOG).path,
        interrupted=interrupted,
    )


def _progress(job: Job, step: Step) -> Callable[[int], None]:
    return lambda size: job.progress(step, f"{format_size(size)}\n".encode())
