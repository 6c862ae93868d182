"""Making an instance, so that whatever cuts it off, what is left behind is known as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm import __version__
from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.execute.limits import limit_of
from dvm.execute.template import template_bytes
from dvm.model.receipt import Receipt
from dvm.observe.host import observe_one
from dvm.state.logs import LIMA_LOG
from dvm.state.marks import clear_mark, new_mark, write_mark

if TYPE_CHECKING:
    from dvm.execute.job import Job
    from dvm.model.plan import Step


def create(job: Job, step: Step) -> None:
    """Create the instance, unbooted, and write its receipt.

    Raises:
        StepFailure: limactl failed; what it left behind is deleted, as far as it is surely ours.
    """
    vm, context = job.vm, job.context
    stdin = template_bytes(vm)
    mark = new_mark(vm.name)
    write_mark(context.state, vm.name, mark, context.lima_home)
    try:
        job.call(step, stdin=stdin, mark=mark)
    except StepFailure:
        # A failed create leaves a directory behind that looks like a good instance.
        remains = observe_one(context.lima, vm.instance)
        if remains is not None and remains.message == mark and remains.never_started:
            context.lima.change(
                ("limactl", "delete", "--tty=false", "--force", vm.instance),
                timeout=limit_of(step),
                sink=job.log(LIMA_LOG).write,
            )
        clear_mark(context.state, vm.name)
        raise
    instance = observe_one(context.lima, vm.instance)
    if instance is None or instance.message != mark:
        raise StepFailure(
            step,
            f"limactl said that it created {vm.instance}, but the list shows no such instance of ours.",
            remedy=f"Look at `limactl list {vm.instance}`, and apply again.",
        )
    job.save(
        Receipt(
            vm=vm.name,
            instance=vm.instance,
            template=vm.config.template,
            template_sha256=vm.template_sha256,
            depends_on=vm.config.depends_on,
            created=now(),
            created_by=__version__,
        )
    )
    clear_mark(context.state, vm.name)
