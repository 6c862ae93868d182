"""How the executor reports what it does. It never prints; views implement this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.diagnostics import Diagnostic
    from dvm.execute.whereabouts import Whereabouts
    from dvm.model.check import CheckResult
    from dvm.model.plan import Plan, Step


class Hooks(Protocol):
    """Called from worker threads, one call at a time (the executor holds a lock)."""

    def apply_started(self, plan: Plan) -> None:
        """The plan is approved and its first step is about to begin."""

    def step_waits(self, step: Step, addresses: tuple[str, ...]) -> None:
        """A step could begin, but for VMs of these addresses, which have to be done before. Said once."""

    def step_started(self, step: Step) -> None:
        """A step begins."""

    def step_progress(self, step: Step, seconds: float, line: str) -> None:
        """A step goes on; `line` is the last line of its output, not yet made safe to print."""

    def step_output(self, step: Step, chunk: bytes) -> None:
        """A setup script printed something; `chunk` is as it came, in the middle of a line or of a character."""

    def step_ended(self, step: Step, seconds: float) -> None:
        """A step ended well."""

    def step_failed(self, step: Step, seconds: float, failure: StepFailure) -> None:
        """A step failed; nothing that needs it will run."""

    def step_skipped(self, step: Step, because: str) -> None:
        """A step will not run, because of the failed step with this id, or an interrupt."""

    def apply_ended(self, plan: Plan, failures: tuple[StepFailure, ...]) -> None:
        """All is over; `failures` is empty when every step ended well."""

    def note(self, text: str) -> None:
        """Something to report that is about no step. May be called from a signal handler."""


class StepFailure(Exception):  # noqa: N818 - it is data that travels through the executor as much as an error
    """Why a step failed: what, the exit status, the log and its last lines, the checks that denied.

    `where` is the statement of a setup script that failed, where that is known.

    `tail` are the log's last lines, not yet made safe to print. `refused`: a security check said no. `interrupted`: the
    user ended it.
    """

    def __init__(
        self,
        step: Step,
        summary: str,
        *,
        remedy: str = "",
        exit_status: int | None = None,
        log: Path | None = None,
        tail: tuple[str, ...] = (),
        checks: tuple[CheckResult, ...] = (),
        diagnostic: Diagnostic | None = None,
        interrupted: bool = False,
        where: Whereabouts | None = None,
    ) -> None:
        super().__init__(summary)
        self.step = step
        self.summary = summary
        self.remedy = remedy
        self.exit_status = exit_status
        self.log = log
        self.tail = tail
        self.checks = checks
        self.diagnostic = diagnostic
        self.interrupted = interrupted
        self.where = where

    @property
    def refused(self) -> bool:
        """Whether a security check stopped the step."""
        return bool(self.checks)
