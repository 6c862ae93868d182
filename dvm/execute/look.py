"""A look at the instance at the very moment: it must be there, be ours, and pass the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.posture import VerifiedInstance, verify
from dvm.checks.subjects import InstanceSubject
from dvm.errors import ElsewhereError, LimaError
from dvm.execute.convergence import unconverged
from dvm.execute.hooks import StepFailure
from dvm.lima.fields.drift import vouched
from dvm.model.names import instance_name
from dvm.model.owner import Ownership, ownership
from dvm.observe.host import observe_one
from dvm.state.ephemeral import forget_ephemeral, is_in_use
from dvm.state.receipts import read_receipt
from dvm.state.renames import read_renames

if TYPE_CHECKING:
    from dvm.execute.job import Job
    from dvm.model.instance import Instance
    from dvm.model.plan import Step


def ours(job: Job) -> Instance:
    """Return the instance, which must be there and have our receipt.

    Raises:
        LimaError: it is gone, somebody else's, or another one than was planned for.
    """
    demand_whole(job, job.change.name)
    instance = observe_one(job.context.lima, job.instance)
    if instance is None:
        # `limactl start` of a missing name would create a VM from Lima's default template.
        raise LimaError(f"{job.instance} is gone.", detail="It was there when the plan was made.", remedy="Plan again.")
    if instance.receipt is None:
        raise LimaError(
            f"{job.instance} is not DVM's any more.",
            detail=instance.receipt_problem or "Its receipt is gone: it was deleted and created again meanwhile.",
            remedy="Plan again.",
        )
    if job.receipt is not None and instance.receipt.created != job.receipt.created:
        # The lock holds off a DVM with the same state directory, and nobody else.
        raise LimaError(
            f"{job.instance} is another VM by now.",
            detail="It was deleted and created again meanwhile; what was planned was for the one before.",
            remedy="Plan again.",
        )
    if ownership(instance, job.owner) is Ownership.OTHERS:
        assert instance.owner is not None
        raise ElsewhereError(job.change.name, str(instance.owner.path))
    return instance


def demand_whole(job: Job, name: str) -> None:
    """See that no rename that was cut off left a part of this VM: without its disk Lima would make it a new one.

    Raises:
        LimaError: one did.
    """
    home = job.context.home
    for renaming in read_renames(job.context.state, home, job.owner).values():
        if name in {renaming.old, renaming.new} and renaming.is_torn(home):
            instance = instance_name(renaming.new)
            if read_receipt(home, home.of(instance), instance)[0] is None:
                raise LimaError(
                    f"vm.{renaming.old} is being renamed to vm.{renaming.new}, and that was cut off.",
                    detail="Its files are in two places.",
                    remedy=f"dvm mv {renaming.old} {renaming.new}",
                )


def take_over(job: Job) -> None:
    """Make the manifest the one that the VM belongs to, and a throwaway VM one that stays.

    Raises:
        LimaError: the instance is gone, or `dvm run` is at work on it. ElsewhereError: it belongs to another manifest
            that is there.
    """
    receipt, state = ours(job).receipt, job.context.state
    assert receipt is not None
    if receipt.ephemeral and is_in_use(state, job.vm.name):
        raise LimaError(
            f"{job.vm.address} is in use by `dvm run`, which deletes it at its end.",
            remedy="Wait for the end of that session, then apply again.",
        )
    job.save(replace(receipt, manifest=str(job.owner), ephemeral=False))
    if receipt.ephemeral:
        forget_ephemeral(state, job.vm.name, logs=False)


def take_template(job: Job) -> None:
    """Let the receipt vouch for what the VM's template says now, which the edit that follows puts into it.

    Raises:
        LimaError: the instance is gone, or not ours.
    """
    receipt, change = ours(job).receipt, job.change
    assert receipt is not None
    assert change.template is not None
    assert change.template_edit is not None
    job.save(
        replace(
            change.template_edit.vouching(receipt),
            provisioning=change.template.records,
            provisioned_by=job.context.limactl_version,
        )
    )


def verified(job: Job) -> VerifiedInstance:
    """Look at the effective configuration as it is now; only what passes may be booted or talked to.

    Lima merges its host-wide files again at each call, so what was right a step ago may not be so any more.

    Raises:
        PostureRefusedError: a check denies. LimaError: it is gone, or not ours.
    """
    found = verify(InstanceSubject(ours(job), job.change.desired, job.context.read_lima_config()))
    if job.receipt is not None and job.receipt.configuration is None:
        # A receipt of an earlier version: what passes the table now is what later looks are held to.
        job.save(replace(job.receipt, configuration=vouched(found.instance.parts, adopted=job.receipt.adopted)))
    return found


def demand_converged(job: Job, step: Step) -> None:
    """Let only an instance pass whose effective configuration is what was asked for.

    Raises:
        StepFailure: it is not; a plan would show the difference forever.
    """
    differing = unconverged(job.vm, verified(job).instance, job.context.read_lima_config())
    if differing:
        raise StepFailure(
            step,
            "Lima's effective configuration is not what was asked for: " + "; ".join(differing),
            remedy="Take that setting out of the file named, then apply again.",
        )
