"""What is done in a guest: the look for work that would be lost, the bootstrap, the setup scripts."""

from __future__ import annotations

import time
import uuid
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.egress.policy import PolicyError, read_policy
from dvm.execute.egress import denied_names, setup_names
from dvm.execute.hooks import StepFailure
from dvm.execute.job import now
from dvm.execute.whereabouts import whereabouts
from dvm.lima import guest_calls
from dvm.lima.calls import words
from dvm.model.choices import Firewall, Run
from dvm.model.guest_network import guest_network
from dvm.model.plan import Action
from dvm.model.receipt import BOOTSTRAP_VERSION, Bootstrap, SetupRecord
from dvm.state.logs import SETUP_LOG
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dvm.checks.posture import VerifiedInstance
    from dvm.egress.policy import Policy
    from dvm.execute.job import Job
    from dvm.lima.guest_call import GuestCall
    from dvm.model import intent as to
    from dvm.model.manifest import Script
    from dvm.model.plan import Step

_TIMED_OUT = 124
_READY_PAUSE = 1.0
_MOST_TOLD = 20
# By whether the VM is replaced, and whether its code directories are kept.
_REMEDIES = {
    (False, False): "Push or copy it out of the guest, or give --discard-work to lose it.",
    (True, False): "Push or copy it out of the guest, give --keep-work to keep what is in the code directory, or "
    "--discard-work to lose it.",
    (True, True): "It is not in the code directory, which is kept. Move it there, push or copy it out of the guest, or "
    "give --discard-work as well to lose it.",
}


def guard(job: Job, verified: VerifiedInstance, step: Step, intent: to.Guard) -> None:
    """Look for work that exists only in the guest.

    Raises:
        StepFailure: there is some, or it is not known.
    """
    assert verified.instance.name == job.change.instance
    try:
        wait_until_ready(job, step)
        ending = job.ask(step, words(intent))
        lines = job.proven(step, ending).lines
        _demand_git(job, step, ending.call, lines)
    except StepFailure as failure:
        if not failure.interrupted:
            failure.remedy = f"{failure.remedy} Or give --discard-work to lose what is in the guest."
        raise
    found = [line.split("\t")[1:] for line in lines if line.startswith("work\t")]
    if found:
        raise StepFailure(
            step,
            "\n".join([f"{job.change.address} holds work that would be lost, the guest says.", *_told(found)]),
            remedy=_REMEDIES[job.change.action is Action.REPLACE, job.change.keeps_work],
        )


def _demand_git(job: Job, step: Step, call: GuestCall, lines: Iterable[str]) -> None:
    """See that the guest's git does what git does: it names a blob by its SHA-1, and DVM knows that name.

    Raises:
        StepFailure: it answers falsely, or the guard does not say whether it used git.
    """
    said = [line for line in lines if line.partition("\t")[0] in {"git", "git-unused"}]
    wrong = [line for line in said if line not in {"git-unused", f"git\t{call.git_names_challenge()}"}]
    if said and not wrong:
        return
    raise StepFailure(
        step,
        f"{job.change.address}: the git of the guest answers falsely, so what it says about work can't be believed.",
        remedy="Look at the guest's /usr/bin/git.",
        log=job.log(SETUP_LOG).path,
    )


def _told(found: list[list[str]]) -> list[str]:
    """Return a line for each piece of work, the first of them where there are many."""
    lines = []
    for kind, where, branch, detail in sorted(found, key=itemgetter(1))[:_MOST_TOLD]:
        place = f"{where} (branch {branch})" if branch else where
        lines.append(f"{place}: {kind}, {detail}" if detail else f"{place}: {kind}")
    more = len(found) - _MOST_TOLD
    return [*lines, f"… and {more} more"] if more > 0 else lines


def bootstrap(job: Job, verified: VerifiedInstance, step: Step, intent: to.Bootstrap) -> None:
    """Make DVM_USER and what belongs to it, and note it in the receipt."""
    assert verified.instance.receipt is not None
    job.receipt = verified.instance.receipt
    wait_until_ready(job, step)
    network = guest_network(job.vm, verified.instance.vm_type, _policy(job, verified, step))
    lines = job.proven(step, job.ask(step, words(intent), payload=network.records)).lines
    tool, missing = _firewall(job, step, network.firewall, lines)
    config = job.vm.config
    made = Bootstrap(
        user=config.user,
        sudo=config.sudo,
        subuid_count=config.subuid_count,
        subgid_count=config.subgid_count,
        version=BOOTSTRAP_VERSION,
        host_loopback=config.host_loopback,
        firewall=network.firewall,
        firewall_tool=tool,
        firewall_missing=missing,
        proxied=bool(network.proxy),
        reach=dict(network.reach),
        ended=now(),
    )
    # Scripts may run because of another user: should we be killed now, that reason is gone from the receipt.
    due = _due(job, (run.script for run in job.change.scripts))
    # An earlier DVM_USER's work stays where it is, and is looked for before all of it goes.
    users = tuple(dict.fromkeys((*job.receipt.workers, config.user)))
    job.save(replace(job.receipt, bootstrap=made, users=users, due=due))


def _policy(job: Job, verified: VerifiedInstance, step: Step) -> Policy | None:
    """Return the VM's egress policy; None: its egress is open.

    Raises:
        StepFailure: there is none that can be believed.
    """
    if not job.vm.limited:
        return None
    try:
        return read_policy(str(verified.instance.dir))
    except PolicyError as error:
        raise StepFailure(
            step, f"{job.change.address}: {error}.", remedy="Apply again: it is written again."
        ) from error


def _firewall(job: Job, step: Step, asked: Firewall, lines: Sequence[str]) -> tuple[str, str]:
    """Return which tool the guest says its firewall is made with, and why there is none.

    Raises:
        StepFailure: it does not say, or says what was not asked for.
    """
    words = [line.split("\t") for line in lines]
    if len(words) == 1:
        _, said, why = words[0]
        if said == "none" and asked is Firewall.EGRESS:
            raise StepFailure(
                step,
                f"{job.change.address}: its egress can't be held in the guest: {visible(why)}.",
                remedy='Use a template with nft or iptables and systemd, vm_type = "qemu", or egress = "open".',
                log=job.log(SETUP_LOG).path,
            )
        if (said == "off") == (asked is Firewall.OFF):
            return ("" if said in {"off", "none"} else said), visible(why)
    raise StepFailure(
        step,
        f"{job.change.address}: the guest does not say what became of its firewall.",
        remedy="If you can't explain it, do not trust this guest.",
        log=job.log(SETUP_LOG).path,
    )


def setup(job: Job, verified: VerifiedInstance, step: Step, intent: to.Setup) -> None:
    """Run a setup script, with its run written into the receipt before it begins and after it has ended."""
    assert verified.instance.receipt is not None
    job.receipt = verified.instance.receipt
    wait_until_ready(job, step)
    run, entry = intent.run, intent.run.script.entry
    content = run.script.file.content or b""
    payload = guest_calls.setup_payload(run.script)
    record = SetupRecord(
        path=entry.script,
        sha256=run.script.sha256,
        key=run.script.key,
        as_=entry.as_,
        env=dict(run.script.env),
        files=run.script.digests,
        run_id=run.run_id or uuid.uuid4().hex,
        started=now(),
        content=content.decode("utf-8", "replace"),
    )
    # Written before the run: should we be killed meanwhile, the next apply asks the guest about this run_id.
    # What runs after this script, and because of it, is due from now on, whatever becomes of us.
    later = job.change.scripts[job.change.scripts.index(run) + 1 :]
    _record(job, run.script, record, _due(job, (each.script for each in later)))
    begun = time.time()
    with setup_names(job.context.home, job.context.home.of(job.change.instance), held=job.vm.limited):
        ending = job.ask(step, guest_calls.setup(intent, record.run_id), payload=payload)
    status = _TIMED_OUT if ending.completed.timed_out else None
    where = None
    if ending.is_proven:
        status = _outcome(job, step, ending.proven().status, record.run_id)
        where = whereabouts(run.script, ending.proven().lines, status, ending.completed.tail)
    if status is not None:
        # Otherwise only the guest knows how the run ended, if it ended: the next apply asks it.
        done = {run.script.name, entry.script} if status == 0 else set()
        left = tuple(name for name in job.receipt.due if name not in done)
        _record(job, run.script, replace(record, ended=now(), exit_status=status), left)
    try:
        job.proven(step, ending, where=where)
    except StepFailure as failure:
        denied = denied_names(job, begun) if job.vm.limited else ""
        if denied:
            failure.remedy = f"{denied}\n{failure.remedy}"
        raise


def _outcome(job: Job, step: Step, status: int, run_id: str) -> int:
    """Return how the run ended, by root's record in the guest, which must be what its call said.

    Raises:
        StepFailure: the two differ, or the guest does not prove its answer.
    """
    lines = job.proven(step, job.ask_outcome(step, run_id)).lines
    # A script that was not even begun has no record.
    if lines == (f"ended\t{status}",) or (lines == ("unknown",) and status != 0):
        return status
    raise StepFailure(
        step,
        f"{job.change.address}: the run said that it ended with status {status}, the guest's record "
        f"says {', '.join(lines).replace(chr(9), ' ') or 'nothing'}.",
        remedy="Apply again: DVM asks the guest how the run ended. If you can't explain it, do not trust this guest.",
        log=job.log(SETUP_LOG).path,
    )


def wait_until_ready(job: Job, step: Step) -> None:
    """Wait until the guest answers, as it does some time after Lima calls it running.

    Raises:
        StepFailure: it does not in the time that a start may take.
    """
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
    return tuple(dict.fromkeys([*before, *(s.name for s in scripts if s.entry.run is Run.ON_CHANGE)]))


def _record(job: Job, script: Script, record: SetupRecord, due: tuple[str, ...]) -> None:
    assert job.receipt is not None
    receipt = job.receipt
    others = tuple(item for item in receipt.setup if not receipt.is_of(item, script))
    job.save(replace(job.receipt, setup=(*others, record), due=due))
