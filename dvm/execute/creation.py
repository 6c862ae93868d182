"""Making an instance, so that whatever cuts it off, what is left behind is known as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm import __version__
from dvm.errors import LimaError
from dvm.execute.deletion import is_cut_off_create, remove_bare
from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.lima import calls
from dvm.lima.fields.drift import vouched
from dvm.lima.home import CONFIG
from dvm.model.intent import Clean
from dvm.model.receipt import Receipt
from dvm.observe.host import observe_one
from dvm.state.logs import LIMA_LOG
from dvm.state.marks import clear_mark, is_cut_off_clone, new_mark, source_of, write_mark

if TYPE_CHECKING:
    from dvm.execute.job import Job
    from dvm.model.intent import Create
    from dvm.model.plan import Step
    from dvm.model.receipt import ConfigurationPart
    from dvm.model.template import Template


def create(job: Job, step: Step, intent: Create) -> None:
    """Create the instance, unbooted, and write its receipt.

    Raises:
        StepFailure: limactl failed; what it left behind is deleted, as far as it is surely ours.
    """
    vm, context = job.vm, job.context
    template = job.change.template
    if template is None:
        raise LimaError(f"The template of {vm.address} was not read.", remedy="Plan again.")
    declared = vouched(context.lima.template_parts(template, vm.instance))
    mark = new_mark(vm.name)
    demand_absent(job)
    write_mark(context.state, vm.name, mark, context.lima_home, job.owner)
    try:
        job.call(step, calls.create(intent, mark), stdin=template.content)
    except StepFailure:
        clear_away(job, mark)
        raise
    demand_made(job, step, mark, "created")
    job.save(fresh_receipt(job, template, declared))
    clear_mark(context.state, vm.name)


def demand_absent(job: Job) -> None:
    """See that the instance is not there: it would not be ours, nor the remains of what is made now.

    Raises:
        LimaError: it is there.
    """
    name = job.vm.instance
    if observe_one(job.context.lima, name) is not None:
        raise LimaError(f"{name} is there already.", detail="It was not when the plan was made.", remedy="Plan again.")


def demand_made(job: Job, step: Step, mark: str, did: str) -> None:
    """See that the instance is there, and is the one with our mark; `did` is what limactl was to have done.

    Raises:
        StepFailure: it is not.
    """
    name = job.vm.instance
    instance = observe_one(job.context.lima, name)
    if instance is None or instance.message != mark:
        raise StepFailure(
            step,
            f"limactl said that it {did} {name}, but the list shows no such instance of ours.",
            remedy=f"Look at `limactl list {name}`, and apply again.",
        )


def fresh_receipt(job: Job, template: Template, declared: dict[str, ConfigurationPart]) -> Receipt:
    """Return the receipt of an instance that was just made; `declared` is what its template vouches for."""
    vm = job.vm
    return Receipt(
        vm=vm.name,
        instance=vm.instance,
        template=vm.config.template,
        template_sha256=vm.template_sha256,
        provisioning=template.records,
        provisioned_by=job.context.limactl_version,
        depends_on=vm.config.depends_on,
        configuration=declared,
        allowed=vm.allowed,
        created=now(),
        created_by=__version__,
        manifest=str(job.owner),
        ephemeral=vm.ephemeral,
    )


def clear_away(job: Job, mark: str) -> None:
    """Delete what a failed create or clone left, which looks like a good instance; keep the mark if that fails."""
    context, name = job.context, job.vm.instance
    remains = observe_one(context.lima, name)
    if remains is not None:
        clone = is_cut_off_clone(context.home, remains, mark, source_of(context.state, job.vm.name))
        if is_cut_off_create(remains, mark) or (clone and context.home.exists(remains.dir / CONFIG)):
            argv = calls.words(Clean(name))
            context.lima.change(argv, timeout=context.timeouts.stop, sink=job.log(LIMA_LOG).write)
        elif clone:
            # limactl refuses to delete a directory without lima.yaml.
            context.home.remove(remains.dir)
        elif remains.receipt is None:
            remove_bare(context.home, remains.dir)
        remains = observe_one(context.lima, name)
    if remains is None:
        clear_mark(context.state, job.vm.name)
