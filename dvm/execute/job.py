"""One VM's work in hand: its change, its receipt as last written, its logs, and limactl called for a step."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dvm.execute.hooks import StepFailure
from dvm.execute.limits import limit_of
from dvm.execute.whereabouts import readable
from dvm.lima import calls, guest_calls
from dvm.lima.guest_call import GuestCall, UnprovenError
from dvm.lima.guest_calls import abbreviated
from dvm.lima.log_line import message
from dvm.model.intent import Stop
from dvm.model.names import instance_name
from dvm.state.inflight import clear_call, write_call
from dvm.state.logs import LIMA_LOG, SETUP_LOG, LogFile
from dvm.state.receipts import write_receipt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.execute.context import Context
    from dvm.execute.whereabouts import Whereabouts
    from dvm.lima.guest_call import Ending, Proven
    from dvm.lima.process import Completed
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import ResourceChange, Step
    from dvm.model.receipt import Receipt


_GO_ON = "Fix the cause and run the command again: what has ended well is not done twice."
_READS = re.compile(r"(?:^|[;&|({]|\b(?:do|then|else|while|until))\s*(?:IFS=\S*\s+)?read\b")
_STOP_BY_FORCE = "`limactl stop --force {}` ends it at once, as if its power were cut."


class Job:
    """What the steps of one change share. `progress` gets each chunk of output as it comes.

    `owner` is the manifest that the VM belongs to, as a path without links.
    `receipt` is the one last read or written, None where there is no instance of ours. `ready`: the guest has
    answered; one that this apply booted is ready when `limactl start` ends, another one may still be booting.
    `archived`: this apply has archived the guest's work.
    """

    def __init__(
        self, context: Context, change: ResourceChange, owner: Path, progress: Callable[[Step, bytes], None]
    ) -> None:
        self.context = context
        self.owner = owner
        self.change = change
        self.instance = instance_name(change.renames) if change.renames else change.instance
        """The instance's name at this moment; a step that renames it sets the new one."""
        self.receipt: Receipt | None = change.observed.receipt if change.observed else None
        self.ready = False
        self.archived = False
        self._progress = progress
        self._logs: dict[str, LogFile] = {}

    @property
    def vm(self) -> DesiredVM:
        """The VM as the manifest wants it; only a destruction has none."""
        assert self.change.desired is not None
        return self.change.desired

    def save(self, receipt: Receipt) -> None:
        """Write the receipt into the instance's directory."""
        home = self.context.home
        write_receipt(home, home.of(self.change.instance), receipt)
        self.receipt = receipt

    def limit(self, step: Step) -> float:
        """Return the seconds after which a step is ended."""
        return limit_of(step, self.context.timeouts)

    def call(self, step: Step, argv: calls.Words, *, stdin: bytes | None = None, shut: bool = False) -> None:
        """Run the step's limactl call, which `argv` is; `shut`: a QEMU that it starts has its network shut.

        Raises:
            StepFailure: it did not end well.
        """
        log = self.log(LIMA_LOG)
        log.title(" ".join(abbreviated(calls.shown(step.intent))))
        try:
            completed = self.context.lima.change(
                argv,
                timeout=self.limit(step),
                sink=self._sink(step, log),
                stdin=stdin,
                started=self.started(argv),
                shut=shut,
            )
        finally:
            clear_call(self.context.state, self.change.name)
        self.demand(step, completed, LIMA_LOG)

    def ask(self, step: Step, argv: calls.Words, *, payload: bytes = b"") -> Ending:
        """Run the step's guest program, which `argv` calls, and return how it ended."""
        log = self.log(SETUP_LOG)
        log.title(f"{step.id} {step.stdin}".rstrip())
        return self._ask(step, GuestCall(argv, payload), self.limit(step))

    def ask_outcome(self, step: Step, run_id: str) -> Ending:
        """Ask the guest, in a call of its own, how the run of a setup script ended."""
        call = GuestCall(guest_calls.outcome(self.change.instance, run_id))
        return self._ask(step, call, self.context.timeouts.guest)

    def demand(self, step: Step, completed: Completed, log: str, *, where: Whereabouts | None = None) -> None:
        """Turn a call that did not end well into a failure; `where`: the statement of a script that ended it.

        Raises:
            StepFailure: it did not.
        """
        if completed.status == 0 and not completed.timed_out:
            return
        what = step.script.script.entry.script if step.script else f"limactl {calls.shown(step.intent)[1]}"
        if self.context.interrupt.ended:
            raise StepFailure(step, f"{what} was ended by your interrupt.", log=self.log(log).path, interrupted=True)
        if completed.timed_out:
            summary = f"{what} took longer than {self.limit(step):.0f} s and was ended."
        elif completed.status < 0:
            summary = f"{what} was ended by signal {-completed.status}."
        elif where is not None:
            summary = f"{where.path}:{where.line}: {where.text}: status {completed.status}"
            if where.caller:
                summary += f"\nIt was called at {where.caller}."
            if completed.status == 1 and _READS.search(where.text):
                summary += "\nStandard input of a setup script is /dev/null: `read` finds nothing there."
        else:
            summary = f"{what} ended with status {completed.status}."
        raise StepFailure(
            step,
            summary,
            remedy=_STOP_BY_FORCE.format(step.intent.instance) if isinstance(step.intent, Stop) else _GO_ON,
            exit_status=completed.status,
            log=self.log(log).path,
            tail=_tail(step, completed),
            where=where,
        )

    def proven(self, step: Step, ending: Ending, *, where: Whereabouts | None = None) -> Proven:
        """Return the answer of a guest program that ended well.

        Raises:
            StepFailure: it did not, or the guest does not prove it.
        """
        if not ending.too_much:
            self.demand(step, ending.completed, SETUP_LOG, where=where)
        try:
            return ending.proven()
        except UnprovenError as error:
            raise StepFailure(
                step,
                f"{self.change.address}: {error.summary}",
                remedy=error.remedy,
                exit_status=ending.completed.status,
                log=self.log(SETUP_LOG).path,
                tail=_tail(step, ending.completed),
            ) from error

    def log(self, name: str) -> LogFile:
        """Return a log of this VM, begun again when an apply first asks for it."""
        if name not in self._logs:
            directory = self.context.state.make(self.context.state.of_vm(self.change.name))
            self._logs[name] = LogFile(directory / name)
        return self._logs[name]

    def close(self) -> None:
        """Close the logs."""
        for log in self._logs.values():
            log.close()

    def _ask(self, step: Step, call: GuestCall, limit: float) -> Ending:
        try:
            return self.context.lima.ask(
                call,
                timeout=limit,
                sink=self._sink(step, self.log(SETUP_LOG)),
                # Standard input is a lifeline that guest programs watch, so even those that take nothing get one.
                lifeline=True,
                started=self.started(call.argv),
            )
        finally:
            clear_call(self.context.state, self.change.name)

    def _sink(self, step: Step, log: LogFile) -> Callable[[bytes], None]:
        def sink(chunk: bytes) -> None:
            log.write(chunk)
            self._progress(step, chunk)

        return sink

    def progress(self, step: Step, chunk: bytes) -> None:
        """Report how far a step is."""
        self._progress(step, chunk)

    def forget_call(self) -> None:
        """Take note that a call has ended."""
        clear_call(self.context.state, self.change.name)

    def started(self, argv: calls.Words) -> Callable[[int], None]:
        """Return what writes a call down as soon as it runs."""

        def started(pid: int) -> None:
            # It matters only should we be killed: on a full disk the call goes on without.
            with suppress(OSError):
                write_call(self.context.state, self.change.name, pid, argv)

        return started


def _tail(step: Step, completed: Completed) -> tuple[str, ...]:
    lines = (message(line) for line in completed.tail)
    return tuple(lines) if step.script is None else tuple(readable(step.script.script, line) for line in lines)


def now() -> datetime:
    """Return the moment as receipts have it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
