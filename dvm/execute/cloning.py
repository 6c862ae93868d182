"""Making an instance by cloning a built base, so that whatever cuts it off, what is left behind is known as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.egress.place import LOG_FILE, POLICY_FILE
from dvm.errors import LimaError
from dvm.execute.creation import clear_away, demand_absent, demand_made, fresh_receipt
from dvm.execute.hooks import StepFailure
from dvm.lima import calls
from dvm.lima.fields.drift import vouched
from dvm.lima.home import full
from dvm.model.receipt import Origin
from dvm.observe.host import observe_one
from dvm.plan.bases import is_usable
from dvm.state.locks import base_held
from dvm.state.marks import Source, clear_mark, new_mark, write_mark

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.execute.job import Job
    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.model.intent import Clone
    from dvm.model.plan import CloneOf, Step
    from dvm.model.receipt import SetupRecord


def clone(job: Job, step: Step, intent: Clone) -> None:
    """Clone the base, unbooted, and write the receipt of the clone.

    Raises:
        StepFailure: limactl failed; what it left behind is deleted, as far as it is surely ours.
        LimaError: the base is not what the plan saw.
    """
    context, change = job.context, job.change
    if change.origin is None or change.template is None:
        raise LimaError(f"The base of {job.vm.address} is not known.", remedy="Plan again.")
    # Nobody may build it anew or delete it meanwhile; others may clone it too.
    name, give_up = change.origin.base.name, context.interrupt.is_asked
    with base_held(context.state, name, shared=True, give_up=give_up, told=context.note) as held:
        if not held:
            raise StepFailure(step, "You interrupted the wait for the base.", interrupted=True)
        source = _source(job, change.origin)
        _demand_flat(context.home, source.dir)
        mark = new_mark(job.vm.name)
        demand_absent(job)
        note = Source(source.name, source.message, source.ssh_port)
        write_mark(context.state, job.vm.name, mark, context.lima_home, job.owner, note)
        try:
            job.call(step, calls.clone(intent, mark))
            demand_made(job, step, mark, "cloned")
            _demand_intact(job, step, change.origin)
            # limactl takes along what DVM keeps of the base there: what may leave the base is no rule for the clone.
            for of_base in (POLICY_FILE, LOG_FILE):
                context.home.discard(context.home.of(job.vm.instance) / of_base)
        except StepFailure:
            clear_away(job, mark)
            raise
    declared = vouched(context.lima.template_parts(change.template, job.vm.instance))
    made = fresh_receipt(job, change.template, declared)
    job.save(replace(made, origin=_origin(source), setup=_records(job, source, change.origin)))
    clear_mark(context.state, job.vm.name)


def _source(job: Job, origin: CloneOf) -> Instance:
    """Return the base as it is now.

    Raises:
        LimaError: it is gone, or is not as it was built.
    """
    base = origin.base
    source = observe_one(job.context.lima, base.instance)
    if source is None or not is_usable(source, base):
        why = "is gone" if source is None else "is not as it was built"
        raise LimaError(
            f"{base.address} can't be cloned: {base.instance} {why}.",
            detail="It was when the plan was made.",
            remedy="Plan again: the base is built anew then.",
        )
    return source


def _demand_flat(home: Home, directory: Path) -> None:
    """Let only an instance pass that limactl clones as a whole: a directory with something in it tears it in two.

    Raises:
        LimaError: there is one.
    """
    found = full(home, directory, links=True)
    if found:
        raise LimaError(
            f"{directory.name} can't be cloned: there is something in its directory {found[0]}.",
            detail="limactl would copy only a part of it.",
            remedy=f"Look what is in {directory / found[0]}, and take it away.",
        )


def _demand_intact(job: Job, step: Step, origin: CloneOf) -> None:
    source = observe_one(job.context.lima, origin.base.instance)
    if source is None or not source.intact:
        raise StepFailure(
            step,
            f"{origin.base.instance} changed while it was cloned: somebody started it, or wrote to its disk.",
            remedy="Leave it alone, and apply again: the base is built anew then.",
        )


def _origin(source: Instance) -> Origin:
    assert source.receipt is not None
    image = source.receipt.image
    assert image is not None
    return Origin(
        base=image.base,
        instance=source.name,
        key=image.key,
        built=image.sealed,
        ssh_port=source.ssh_port,
        identity=image.identity,
    )


def _records(job: Job, source: Instance, origin: CloneOf) -> tuple[SetupRecord, ...]:
    """Return the runs of the base's scripts, which must be those that the VM has.

    Raises:
        LimaError: one did not run there as the manifest has it.
    """
    receipt = source.receipt
    assert receipt is not None
    found = []
    there = {script.name for script in origin.base.scripts}
    for script in job.vm.scripts:
        if script.name not in there:
            continue
        record = receipt.record(script)
        same = record is not None and (record.sha256, record.as_, record.env, record.files) == (
            script.sha256,
            script.entry.as_,
            script.env,
            script.digests,
        )
        if record is None or not record.succeeded or not same:
            raise LimaError(
                f"{source.name} did not run {script.entry.script} as the manifest has it.", remedy="Plan again."
            )
        found.append(replace(record, path=script.entry.script, ran_in=record.ran_in or source.name))
    return tuple(found)
