"""An apply for programs: one JSON event a line. event_documents.py says what each key means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dvm import __version__
from dvm.text import visible
from dvm.views.apply_words import lowered, whole_seconds, words
from dvm.views.diagnostic_events import diagnostics_of, diagnostics_of_error, diagnostics_of_failure
from dvm.views.failure import tail_lines
from dvm.views.masking import mask
from dvm.views.plan_human import nothing_line, summary_line
from dvm.views.plan_json import script_json
from dvm.views.reasons import title
from dvm.views.script_output import ScriptOutput
from dvm.views.streams import steady
from dvm.views.tally import APPLY, Command, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from dvm.execute.hooks import StepFailure
    from dvm.model.check import CheckResult
    from dvm.model.plan import Plan, ResourceChange, Step, Summary
    from dvm.views.event_documents import HookDocument, ResourceDocument, WhereDocument

EVERY = 10
"""Seconds between two progress events of a step."""


def _now() -> datetime:
    return datetime.now(UTC)


class JsonApply:
    """Hooks that write events to `out`.

    Call `planned` where people would be shown the plan, and `error` where they would be told an error. A plan
    that was not announced is announced when its apply starts.
    """

    def __init__(
        self, out: TextIO, *, command: Command = APPLY, stream: bool = False, clock: Callable[[], datetime] = _now
    ) -> None:
        self._command = command
        self._output = ScriptOutput() if stream else None
        self._out = steady(out)
        self._clock = clock
        self._announced = False
        self._told: dict[str, int] = {}
        self._resources: dict[str, ResourceDocument] = {}
        self._tally = Tally()

    def planned(self, plan: Plan, checks: Sequence[CheckResult] = ()) -> None:
        """Report the versions, what will change, what the checks found, and the counts."""
        if not self._announced:
            # Once: a plan that is made again under the lock is the same one.
            self._version(plan.limactl_version)
        self._announced = True
        self._resources = {change.address: _resource(change) for change in plan.changes}
        for change in plan.changes:
            if change.action.value != "no-op":
                self._planned_change(change)
        for event in diagnostics_of(plan.diagnostics, checks):
            self._emit(event.pop("@level"), event.pop("@message"), "diagnostic", **event)
        message = summary_line(plan.summary) if plan.has_changes else nothing_line(plan)
        self._summary(message, "plan", plan.summary, complete=True)

    def error(self, error: BaseException) -> None:
        """Report an error that ends the command."""
        if not self._announced:
            self._version("")
            self._announced = True
        for event in diagnostics_of_error(error):
            self._emit(event.pop("@level"), event.pop("@message"), "diagnostic", **event)

    def apply_started(self, plan: Plan) -> None:
        """Announce the plan, unless it was."""
        if not self._announced:
            self.planned(plan)
        self._resources = {change.address: _resource(change) for change in plan.changes}

    def step_waits(self, step: Step, addresses: tuple[str, ...]) -> None:
        """Report what a step waits for."""
        message = f"{visible(step.address)}: Waiting for {', '.join(map(visible, addresses))}..."
        self._emit("info", message, "log", address=step.address, step=step.id)

    def step_started(self, step: Step) -> None:
        """Report that a step begins."""
        self._step("info", f"{words(step).doing}...", "apply_start", step)

    def step_progress(self, step: Step, seconds: float, line: str) -> None:
        """Report that a step goes on, every EVERY seconds."""
        period = int(seconds) // EVERY
        if period <= self._told.get(step.id, 0):
            return
        self._told[step.id] = period
        message = f"Still {lowered(words(step).doing)}... [{whole_seconds(seconds)} elapsed]"
        shown = visible(mask(line.strip()))
        self._step("info", message, "apply_progress", step, elapsed_seconds=round(seconds, 3), line=shown)

    def step_output(self, step: Step, chunk: bytes) -> None:
        """Report each line that a setup script prints, if asked to."""
        if self._output is not None:
            self._lines(step, self._output.lines(step, chunk))

    def _lines(self, step: Step, lines: Sequence[str]) -> None:
        for line in lines:
            self._step("info", line, "apply_output", step, line=line)

    def step_ended(self, step: Step, seconds: float) -> None:
        """Report that a step ended well."""
        self._lines(step, self._output.end(step) if self._output is not None else ())
        self._tally.ended.add(step.id)
        message = f"{words(step).noun} complete after {whole_seconds(seconds)}"
        self._step("info", message, "apply_complete", step, elapsed_seconds=round(seconds, 3))

    def step_failed(self, step: Step, seconds: float, failure: StepFailure) -> None:
        """Report that a step failed, then why."""
        self._lines(step, self._output.end(step) if self._output is not None else ())
        self._tally.not_ended(step, interrupted=failure.interrupted)
        self._step(
            "error",
            f"{'Interrupted' if failure.interrupted else words(step).noun + ' failed'} after {whole_seconds(seconds)}",
            "apply_errored",
            step,
            elapsed_seconds=round(seconds, 3),
            exit_status=failure.exit_status,
            log=None if failure.log is None else str(failure.log),
            tail=tail_lines(failure),
            refused=failure.refused,
            where=_where(failure),
        )

        for event in diagnostics_of_failure(failure):
            self._emit(event.pop("@level"), event.pop("@message"), "diagnostic", **event)

    def step_skipped(self, step: Step, because: str) -> None:
        """Report that a step will not run."""
        self._tally.skipped.append(step.id)
        why = because if because == "interrupted" else f"{because} failed"
        message = f"{visible(step.id)}: not run ({visible(why)})"
        self._emit("warn", message, "log", address=step.address, step=step.id)

    def apply_ended(self, plan: Plan, failures: tuple[StepFailure, ...]) -> None:  # noqa: ARG002 - each was told
        """Count what was done."""
        done, complete = self._tally.summary(plan), self._tally.complete(plan)
        message = f"{self._tally.end_line(plan, self._command)} {self._tally.left(plan, self._command)}".rstrip()
        self._summary(message, "apply", done, complete=complete)

    def note(self, text: str) -> None:
        """Report something in between, e.g. that Ctrl-C was heard, or whom the command waits for."""
        if not self._announced:
            self._version("")
            self._announced = True
        self._emit("warn", visible(text), "log", address=None, step=None)

    def _planned_change(self, change: ResourceChange) -> None:
        document = {
            "resource": _resource(change),
            "actions": change.action.json,
            "reason": change.reason,
            "restart": change.restart,
            "scripts": [script_json(run) for run in change.scripts],
        }
        self._emit("info", title(change), "planned_change", change=document)

    def _summary(self, message: str, operation: str, summary: Summary, *, complete: bool) -> None:
        counts = {
            "operation": operation,
            "add": summary.add,
            "change": summary.change,
            "replace": summary.replace,
            "destroy": summary.destroy,
            "setup": summary.setup,
        }
        level = "info" if complete else "error"
        self._emit(level, message, "change_summary", changes=counts, complete=complete)

    def _version(self, limactl: str) -> None:
        self._emit("info", f"DVM {__version__}", "version", dvm=__version__, limactl=limactl, ui="1.0")

    def _step(self, level: str, message: str, kind: str, step: Step, **keys: Any) -> None:  # noqa: ANN401
        name = step.address.removeprefix("vm.")
        unknown: ResourceDocument = {"address": step.address, "name": name, "instance": ""}
        hook: HookDocument = {
            "resource": self._resources.get(step.address, unknown),
            "step": step.id,
            "action": step.action.value,
            "script": step.script.script.entry.script if step.script else None,
        }
        self._emit(level, f"{visible(step.address)}: {message}", kind, hook=hook, **keys)

    def _emit(self, level: str, message: str, kind: str, **keys: Any) -> None:  # noqa: ANN401 - JSON
        timestamp = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"@level": level, "@message": message, "@timestamp": timestamp, "type": kind, **keys}
        # ASCII, one line, at once: this is read while we work.
        self._out.write(json.dumps(event) + "\n")
        self._out.flush()


def _where(failure: StepFailure) -> WhereDocument | None:
    where = failure.where
    if where is None:
        return None
    return {"path": where.path, "line": where.line, "text": where.text, "caller": where.caller or None}


def _resource(change: ResourceChange) -> ResourceDocument:
    return {"address": change.address, "name": change.name, "instance": change.instance}
