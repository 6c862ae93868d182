"""What is done in a guest: the look for work that would be lost, the bootstrap, the setup scripts."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.execute.limits import READY_SECONDS
from dvm.model.receipt import Bootstrap, SetupRecord
from dvm.state.logs import SETUP_LOG

if TYPE_CHECKING:
    from dvm.checks.posture import VerifiedInstance
    from dvm.execute.job import Job
    from dvm.model.plan import Step

_SSH_FAILED = 255
_TIMED_OUT = 124
_READY_PAUSE = 1.0
_FIELDS = 4


def guard(job: Job, verified: VerifiedInstance, step: Step) -> None:
    """Look for work that exists only in the guest.

    Raises:
        StepFailure: there is some, or it can't be told.
    """
    assert verified.instance.name == job.change.instance
    _wait_until_ready(job, step)
    lines: list[bytes] = []
    completed = job.shell(step, lines.append)
    job.demand(step, completed, SETUP_LOG)
    found = [line.split("\t") for line in b"".join(lines).decode("utf-8", "replace").splitlines() if "\t" in line]
    if found:
        work = "; ".join(
            f"{where}{f' (branch {branch})' if branch else ''}: {kind}, {detail}"
            for kind, where, branch, detail in (entry for entry in found if len(entry) == _FIELDS)
        )
        raise StepFailure(
            step,
            f"{job.change.address} holds work that would be lost. {work}",
            remedy="Push or copy it out of the guest, or give --discard-work to lose it.",
        )


def bootstrap(job: Job, verified: VerifiedInstance, step: Step) -> None:
    """Make DVM_USER and what belongs to it, and note it in the receipt."""
    assert verified.instance.receipt is not None
    job.receipt = verified.instance.receipt
    _wait_until_ready(job, step)
    job.demand(step, job.shell(step), SETUP_LOG)
    config = job.vm.config
    made = Bootstrap(
        user=config.user,
        sudo=config.sudo,
        subuid_count=config.subuid_count,
        subgid_count=config.subgid_count,
        ended=now(),
    )
    job.save(job.receipt.model_copy(update={"bootstrap": made}))


def setup(job: Job, verified: VerifiedInstance, step: Step) -> None:
    """Run a setup script, with its run written into the receipt before it begins and after it has ended."""
    assert step.script is not None
    assert verified.instance.receipt is not None
    job.receipt = verified.instance.receipt
    _wait_until_ready(job, step)
    run, entry = step.script, step.script.script.entry
    content = run.script.file.content or b""
    record = SetupRecord(
        path=entry.script,
        sha256=run.script.sha256,
        as_=entry.as_,
        run_id=run.run_id or uuid.uuid4().hex,
        started=now(),
        content=content.decode("utf-8", "replace"),
    )
    # Written before the run: should we be killed meanwhile, the next apply asks the guest about this run_id.
    _record(job, record)
    completed = job.shell(step, stdin=content, run_id=record.run_id)
    if completed.status != _SSH_FAILED:
        # 255 is ssh's own failure: only the guest knows how the run ended, so it stays open.
        status = _TIMED_OUT if completed.timed_out else completed.status
        _record(job, record.model_copy(update={"ended": now(), "exit_status": status}))
    job.demand(step, completed, SETUP_LOG)


def _wait_until_ready(job: Job, step: Step) -> None:
    deadline = time.monotonic() + READY_SECONDS
    probe = ("limactl", "shell", "--tty=false", "--workdir", "/", job.change.instance, "true")
    while not job.ready:
        completed = job.context.lima.change(probe, timeout=60, sink=lambda _chunk: None)
        job.ready = completed.status == 0
        if job.ready or job.context.interrupt.asked:
            return
        if time.monotonic() > deadline:
            job.log(SETUP_LOG).write("\n".join(completed.tail).encode() + b"\n")
            job.demand(step, completed, SETUP_LOG)
        time.sleep(_READY_PAUSE)


def _record(job: Job, record: SetupRecord) -> None:
    assert job.receipt is not None
    others = tuple(item for item in job.receipt.setup if item.path != record.path)
    job.save(job.receipt.model_copy(update={"setup": (*others, record)}))
