"""A base on its way to an image: sealed, stopped, and written down as it then is; and identity made anew in a clone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import LimaError
from dvm.execute.guest_work import wait_until_ready
from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.execute.look import ours
from dvm.lima.calls import words
from dvm.model.instance import Status
from dvm.model.manifest import DesiredBase
from dvm.model.plan import Action
from dvm.model.receipt import Image
from dvm.observe.host import observe_one
from dvm.observe.images import disk_facts
from dvm.plan.base_key import recipe_of
from dvm.plan.bases import is_usable
from dvm.state.locks import base_held
from dvm.state.logs import SETUP_LOG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.posture import VerifiedInstance
    from dvm.execute.context import Context
    from dvm.execute.job import Job
    from dvm.model.intent import Renew, Seal
    from dvm.model.plan import ResourceChange, Step


@contextmanager
def building(context: Context, change: ResourceChange) -> Iterator[bool]:
    """Hold the lock of a base that is built or deleted; False: another apply has done that meanwhile."""
    give_up = context.interrupt.is_asked
    with base_held(context.state, change.name, shared=False, give_up=give_up, told=context.note) as held:
        yield not (held and _is_done(context, change))


def _is_done(context: Context, change: ResourceChange) -> bool:
    instance = observe_one(context.lima, change.instance)
    if change.action is Action.DELETE:
        return instance is None
    before = change.observed.receipt.image if change.observed is not None and change.observed.receipt else None
    now_there = instance.receipt.image if instance is not None and instance.receipt else None
    if instance is None or not isinstance(change.desired, DesiredBase) or not is_usable(instance, change.desired):
        return False
    # One that is to be built anew is done only if it was.
    done = change.action is not Action.REPLACE or now_there != before
    if done:
        context.note(f"{change.address}: another apply has built it meanwhile.")
    return done


def seal(job: Job, verified: VerifiedInstance, step: Step, intent: Seal) -> None:
    """Take out of the guest what no two VMs may share, and note what it was known by.

    Raises:
        StepFailure: it could not be done, or is not proven.
    """
    receipt, base = verified.instance.receipt, job.vm
    assert receipt is not None
    assert isinstance(base, DesiredBase)
    wait_until_ready(job, step)
    identity = _identity(job, step, intent)
    image = Image(base=base.title, key=base.key, recipe=recipe_of(base), identity=identity, sealed=now())
    job.save(replace(receipt, image=image))


def finish_image(job: Job) -> None:
    """Note the disk of a base that was sealed and stopped: from now on VMs are cloned from it.

    Raises:
        LimaError: it is gone, not ours, or not stopped. OSError: it can't be noted.
    """
    instance = ours(job)
    receipt = instance.receipt
    assert receipt is not None
    assert receipt.image is not None
    if instance.status is not Status.STOPPED:
        raise LimaError(
            f"{instance.name} is not stopped, as it has to be to be cloned.",
            detail=instance.shown_status,
            remedy="Apply again.",
        )
    image = replace(receipt.image, disks=disk_facts(job.context.home, instance.dir))
    job.save(replace(receipt, applied=now(), image=image))


def renew(job: Job, verified: VerifiedInstance, step: Step, intent: Renew) -> None:
    """Give a clone a machine-id and SSH host keys of its own, and see that they are not those of its base.

    Raises:
        StepFailure: it could not be done, is not proven, or left the identity of the base.
    """
    receipt = verified.instance.receipt
    assert receipt is not None
    assert receipt.origin is not None
    job.receipt = receipt
    wait_until_ready(job, step)
    identity = _identity(job, step, intent)
    if not identity or set(identity) & set(receipt.origin.identity):
        raise StepFailure(
            step,
            f"{job.change.address} still has the machine-id or a host key of {receipt.origin.instance}.",
            remedy=f"Look at /etc/machine-id and /etc/ssh in {job.change.instance}, and apply again.",
            log=job.log(SETUP_LOG).path,
        )
    job.save(replace(receipt, origin=replace(receipt.origin, renewed=now())))


def _identity(job: Job, step: Step, intent: Seal | Renew) -> tuple[str, ...]:
    lines = job.proven(step, job.ask(step, words(intent))).lines
    return tuple(line.split("\t")[2] for line in lines)
