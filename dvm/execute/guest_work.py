"""What is done in a guest: the look for work that would be lost, the bootstrap, the setup scripts."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.model.choices import Run
from dvm.model.receipt import Bootstrap, SetupRecord
from dvm.state.logs import SETUP_LOG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.checks.posture import VerifiedInstance
    from dvm.execute.job import Job
    from dvm.model.manifest import Script
    from dvm.model.plan import Step

_SSH_FAILED = 255
_TIMED_OUT = 124
_READY_PAUSE = 1.0
_FIELDS = 4
_LONGEST_ANSWER = 1 << 20
_MOST_TOLD = 20


def guard(job: Job, verified: VerifiedInstance, step: Step) -> None:
    """Look for work that exists only in the guest.

    Raises:
        StepFailure: there is some, or it can't be told.
    """
    assert verified.instance.name == job.change.instance
    answer = bytearray()

    def keep(chunk: bytes) -> None:
        # What a guest prints is not trusted to end. A byte too many is kept, to know it by.
        answer.extend(chunk[: max(0, _LONGEST_ANSWER + 1 - len(answer))])

    try:
        _wait_until_ready(job, step)
        job.demand(step, job.shell(step, keep), SETUP_LOG)
    except StepFailure as failure:
        failure.remedy = "Mend the cause and ask again, or give --discard-work to lose what is in the guest."
        raise
    if len(answer) > _LONGEST_ANSWER:
        # What was cut off could be the very work that would be lost.
        raise StepFailure(
            step,
            f"{job.change.address} told more than {_LONGEST_ANSWER >> 20} MiB of work that would be lost.",
            remedy="It can't be told what is in it. Look into the guest, or give --discard-work to lose what is there.",
            log=job.log(SETUP_LOG).path,
        )
    found = [line.split("\t") for line in answer.decode("utf-8", "replace").split("\n") if "\t" in line]
    if found:
        raise StepFailure(
            step,
            "\n".join([f"{job.change.address} holds work that would be lost.", *_told(found)]),
            remedy="Push or copy it out of the guest, or give --discard-work to lose it.",
        )


def _told(found: list[list[str]]) -> list[str]:
    """Return a line for each piece of work, the first of them where there are many."""
    lines = []
    for entry in found[:_MOST_TOLD]:
        kind, where, branch, detail = entry if len(entry) == _FIELDS else ("files", "\t".join(entry[1:]), "", "")
        place = f"{where} (branch {branch})" if branch else where
        lines.append(f"{place}: {kind}, {detail}" if detail else f"{place}: {kind}")
    more = len(found) - _MOST_TOLD
    return [*lines, f"… and {more} more"] if more > 0 else lines


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
    # Scripts may run because of another user: should we be killed now, that reason is gone from the receipt.
    due = _due(job, (run.script for run in job.change.scripts))
    # An earlier DVM_USER's work stays where it is, and is looked for before all of it goes.
    users = tuple(dict.fromkeys((*job.receipt.workers, config.user)))
    job.save(replace(job.receipt, bootstrap=made, users=users, due=due))


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
    # What runs after this script, and because of it, is due from now on, whatever becomes of us.
    later = job.change.scripts[job.change.scripts.index(run) + 1 :]
    _record(job, record, _due(job, (each.script for each in later)))
    completed = job.shell(step, stdin=content, run_id=record.run_id)
    if 0 <= completed.status != _SSH_FAILED or completed.timed_out:
        # 255 is ssh's own failure, and limactl can be killed: only the guest knows how the run ended then.
        status = _TIMED_OUT if completed.timed_out else completed.status
        left = tuple(path for path in job.receipt.due if path != entry.script or status != 0)
        _record(job, replace(record, ended=now(), exit_status=status), left)
    job.demand(step, completed, SETUP_LOG)


def _wait_until_ready(job: Job, step: Step) -> None:
    # A guest says "Running" as soon as its driver runs; sshd may need another 25 s, under emulation more.
    deadline = time.monotonic() + job.context.timeouts.start
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


def _due(job: Job, scripts: Iterable[Script]) -> tuple[str, ...]:
    before = job.receipt.due if job.receipt else ()
    return tuple(dict.fromkeys([*before, *(s.entry.script for s in scripts if s.entry.run is Run.ON_CHANGE)]))


def _record(job: Job, record: SetupRecord, due: tuple[str, ...]) -> None:
    assert job.receipt is not None
    others = tuple(item for item in job.receipt.setup if item.path != record.path)
    job.save(replace(job.receipt, setup=(*others, record), due=due))
