"""Taking an instance away: one that is ours, or what a create or delete that was cut off left of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import LimaError
from dvm.execute.hooks import StepFailure
from dvm.execute.kept_work import demand_kept
from dvm.execute.look import ours
from dvm.lima.calls import words
from dvm.lima.home import CONFIG
from dvm.lima.ssh.place import forget_instance
from dvm.observe.host import observe_one
from dvm.state.kept_work import forget_useless
from dvm.state.leftovers import (
    clear_deletion,
    clear_failed_deletion,
    is_bare,
    read_leftovers,
    write_deletion,
)
from dvm.state.marks import clear_mark, read_marks

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.execute.job import Job
    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.model.intent import Clean, Delete
    from dvm.model.plan import Step


def delete(job: Job, step: Step, intent: Delete) -> None:
    """Delete the instance, which must still be ours, so that a delete that is cut off is known as one.

    Raises:
        StepFailure: limactl failed. LimaError: the instance is gone or not ours.
    """
    instance = ours(job)
    if job.archived:
        demand_kept(job, instance, step)
    else:
        # Work that nobody asked to keep now must not come back by an earlier archive.
        forget_useless(job.context.state, job.change.name, instance)
    write_deletion(job.context.state, job.change.name, instance, job.context.home, job.owner)
    try:
        _remove(job, step, intent, instance.dir)
    except StepFailure:
        clear_failed_deletion(job.context.state, job.change.name, job.context.home, instance.dir)
        raise


def clean(job: Job, step: Step, intent: Clean) -> None:
    """Delete what an earlier create or delete of ours left, if it still is that.

    Raises:
        StepFailure: limactl failed. LimaError: what is there is something else by now.
    """
    context, name = job.context, job.change.name
    instance = observe_one(context.lima, job.change.instance)
    if instance is None:
        _forget(job)
        return
    marks = read_marks(context.state, context.lima_home, job.owner)
    cut_off = is_cut_off_create(instance, marks.get(name, ""))
    there = {instance.name: instance}
    if not cut_off and name not in read_leftovers(context.state, context.home, there, marks, job.owner):
        raise LimaError(
            f"{instance.name} is not what the plan would have deleted.",
            detail="It changed after the plan was made, so it was left alone.",
            remedy="Plan again.",
        )
    _remove(job, step, intent, instance.dir)


def is_cut_off_create(instance: Instance, mark: str) -> bool:
    """Whether an instance is what a create with this mark left: never booted, and without a receipt."""
    return instance.receipt is None and instance.never_started and bool(mark) and instance.message == mark


def remove_bare(home: Home, directory: Path) -> None:
    """Remove an instance's directory that nothing was written into yet; another one is left as it is."""
    if is_bare(home, directory):
        home.discard(directory / CONFIG)
        home.discard_directory(directory)


def _remove(job: Job, step: Step, intent: Delete | Clean, directory: Path) -> None:
    home = job.context.home
    if home.exists(directory / CONFIG):
        job.call(step, words(intent))
    elif home.exists(directory):
        # limactl refuses to delete a directory without lima.yaml: somebody might be cloning into it.
        home.remove(directory)
    if home.exists(directory):
        raise StepFailure(
            step,
            f"limactl said that it deleted {job.change.instance}, but {directory} is still there.",
            remedy="Look what is in it, and apply again.",
        )
    forget_instance(job.context.state.connections, directory)
    _forget(job)


def _forget(job: Job) -> None:
    job.receipt = None
    clear_deletion(job.context.state, job.change.name)
    clear_mark(job.context.state, job.change.name)
