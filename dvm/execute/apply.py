"""Apply: an approved plan carried out, side by side, in order, telling the hooks."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import DvmError, of_host
from dvm.execute.base_image import building
from dvm.execute.hooks import StepFailure
from dvm.execute.scheduler import run_segments
from dvm.execute.worker import Worker
from dvm.lima.calls import shown
from dvm.lima.guest_calls import abbreviated
from dvm.lima.log_line import message
from dvm.model.plan import StepAction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.checks.gate import ApprovedPlan
    from dvm.execute.context import Context
    from dvm.execute.hooks import Hooks
    from dvm.model.plan import ResourceChange, Step

_TICK_SECONDS = 1.0


def apply(approved: ApprovedPlan, context: Context, hooks: Hooks, *, parallelism: int) -> tuple[StepFailure, ...]:
    """Carry out a plan that the checks approved; return what failed, nothing if all ended well.

    VMs go side by side, up to `parallelism`; one that fails stops only what depends on it. The caller holds the
    locks of the VMs.
    """
    return _Apply(approved, context, hooks).run(parallelism)


class _Apply:
    def __init__(self, approved: ApprovedPlan, context: Context, hooks: Hooks) -> None:
        self._plan = approved.plan
        self._context = context
        self._hooks = hooks
        self._telling = threading.Lock()
        self._running: dict[str, tuple[Step, float]] = {}
        self._last_lines: dict[str, str] = {}
        self._failures: list[StepFailure] = []
        self._changes: dict[str, ResourceChange] = {change.address: change for change in self._plan.changes}
        self._last = {step.address: step.id for step in self._plan.steps}
        self._workers: dict[str, Worker] = {}
        self._stopped: dict[str, str] = {}
        """Why a VM goes no further: the id of its step that failed, another VM's address, or empty: an interrupt."""

    def run(self, parallelism: int) -> tuple[StepFailure, ...]:
        for change in self._plan.changes:
            if change.observed is not None and change.observed.receipt is not None:
                self._context.images.known(change.observed.receipt.template)
        self._context.journal.write("apply_started", steps=[step.id for step in self._plan.steps])
        self._hooks.apply_started(self._plan)
        ended = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(ended,), daemon=True)
        ticker.start()
        try:
            run_segments(
                self._plan.steps, parallelism=parallelism, run=self._run_segment, skip=self._held_up, waits=self._waits
            )
        finally:
            ended.set()
            ticker.join()
        failures = tuple(self._failures)
        try:
            self._context.journal.write("apply_ended", failed=[failure.step.id for failure in failures])
        except DvmError as error:
            self._hooks.note(error.summary)  # all is done that will be; it is told below
        self._hooks.apply_ended(self._plan, failures)
        return failures

    def _run_segment(self, steps: Sequence[Step]) -> bool:
        change = self._changes[steps[0].address]
        if not change.is_base:
            return self._run_steps(change, steps)
        # A base waits for nothing but a base below it, so its steps are one segment.
        try:
            with building(self._context, change) as needed:
                if needed:
                    return self._run_steps(change, steps)
                # It was done by another apply: this one does not count it.
                with self._telling:
                    left, all_steps = self._plan.changes, self._plan.steps
                    self._plan = replace(
                        self._plan,
                        changes=tuple(each for each in left if each is not change),
                        steps=tuple(each for each in all_steps if each.address != change.address),
                    )
                return True
        except DvmError as error:
            failure = StepFailure(steps[0], f"{error.summary} {error.detail}".strip(), remedy=error.remedy)
            self._failures.append(failure)
            self._hooks.step_failed(steps[0], 0.0, failure)
            self._stop(steps[1:], steps[0].id, change.address)
            return False

    def _run_steps(self, change: ResourceChange, steps: Sequence[Step]) -> bool:
        address = change.address
        worker = self._workers.get(address)
        if worker is None:
            worker = Worker(self._context, change, self._plan.owner, self._progress, self._note)
            self._workers[address] = worker
        whole = False
        try:
            for at, step in enumerate(steps):
                if self._context.interrupt.asked:
                    self._stop(steps[at:], "")
                    return False
                if not self._run_step(worker, step, last=step.id == self._last[address]):
                    self._stop(steps[at + 1 :], step.id, address)
                    return False
            whole = True
            return True
        finally:
            if not whole or steps[-1].id == self._last[address]:
                self._close(address)

    def _stop(self, steps: Sequence[Step], because: str, address: str = "") -> None:
        """Skip steps of one VM, and note why, for those that come after them."""
        self._stopped.setdefault(address or steps[0].address, because)
        self._skip(steps, because)

    def _held_up(self, steps: Sequence[Step], failed: str) -> None:
        """Skip a segment, since one before it did not end well: another VM's, or its own."""
        address = steps[0].address
        because = self._stopped.get(failed, failed) if failed == address else failed
        if failed != address and self._stopped.get(failed) == "":
            because = ""
        self._stop(steps, because)
        self._close(address)

    def _close(self, address: str) -> None:
        worker = self._workers.pop(address, None)
        if worker is not None:
            worker.close()

    def _waits(self, step: Step, addresses: Sequence[str]) -> None:
        with self._telling:
            self._hooks.step_waits(step, tuple(addresses))

    def _note(self, text: str) -> None:
        with self._telling:
            self._hooks.note(text)

    def _run_step(self, worker: Worker, step: Step, *, last: bool) -> bool:
        begun = time.monotonic()
        with self._telling:
            self._running[step.id] = (step, begun)
            self._hooks.step_started(step)
        failure = self._outcome(worker, step, last=last)
        seconds = time.monotonic() - begun
        with self._telling:
            del self._running[step.id]
            if failure is None:
                self._hooks.step_ended(step, seconds)
            else:
                self._failures.append(failure)
                self._hooks.step_failed(step, seconds, failure)
        return failure is None

    def _outcome(self, worker: Worker, step: Step, *, last: bool) -> StepFailure | None:
        """Carry out a step, with its begin and its end in the journal, and return why it failed.

        Whatever is raised stops this VM alone: the others' steps run in threads of their own.
        """
        journal, begun = self._context.journal, time.monotonic()
        failure: StepFailure | None = None
        try:
            journal.write("step_started", id=step.id, argv=abbreviated(shown(step.intent)))
            try:
                worker.run(step)
                if last:
                    worker.finish(step)
            except StepFailure as error:
                failure = error
            status, seconds = "failed" if failure else "done", round(time.monotonic() - begun, 3)
            journal.write("step_ended", id=step.id, status=status, seconds=seconds)
        except DvmError as error:
            failure = failure or StepFailure(step, f"{error.summary} {error.detail}".strip(), remedy=error.remedy)
        except Exception as error:  # noqa: BLE001 - a bug in one VM's step is no reason to drop the others'
            known = of_host(error)
            if known is not None:
                what = f"{known.summary} {known.detail}"
                remedy = f"{known.remedy} What has ended well is not done twice."
            else:
                what = f"This is a bug in DVM: {type(error).__name__}: {error}"
                remedy = "Please report it. `dvm plan` shows what is left to do."
            failure = failure or StepFailure(step, what, remedy=remedy)
        return failure

    def _skip(self, chain: Sequence[Step], because: str) -> None:
        with self._telling:
            for step in chain:
                self._hooks.step_skipped(step, because or "interrupted")

    def _progress(self, step: Step, chunk: bytes) -> None:
        last = chunk.rstrip().rsplit(b"\n", 1)[-1]
        self._last_lines[step.id] = message(last[-1000:].decode("utf-8", "replace"))
        if step.action is StepAction.SETUP:
            with self._telling:
                self._hooks.step_output(step, chunk)

    def _tick(self, ended: threading.Event) -> None:
        while not ended.wait(_TICK_SECONDS):
            now = time.monotonic()
            with self._telling:
                for step, begun in list(self._running.values()):
                    self._hooks.step_progress(step, now - begun, self._last_lines.get(step.id, ""))
