"""Progress of an apply in plain lines: for pipes, logs and terminals that can do no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import StepAction
from dvm.text import visible
from dvm.views.apply_words import lowered, whole_seconds, words
from dvm.views.failure import render_failures
from dvm.views.script_output import ScriptOutput
from dvm.views.streams import steady
from dvm.views.styles import PLAIN, Ink
from dvm.views.tally import APPLY, Command, Tally

if TYPE_CHECKING:
    from typing import TextIO

    from dvm.execute.hooks import StepFailure
    from dvm.model.plan import Plan, Step

EVERY = 10
"""Seconds between two lines that say a step still runs."""


class PlainApply:
    """Hooks that write lines to `out` as things happen, and what failed to `err` at the end.

    `stream`: show what setup scripts print as it comes; else the command that follows it is named once.
    """

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        *,
        ink: Ink = PLAIN,
        err_ink: Ink = PLAIN,
        command: Command = APPLY,
        stream: bool = False,
    ) -> None:
        self._command = command
        self._output = ScriptOutput() if stream else None
        self._hinted = stream
        self._out = steady(out)
        self._err = steady(err)
        self._ink = ink
        self._err_ink = err_ink
        self._told: dict[str, int] = {}
        self._skipped: set[str] = set()
        self._tally = Tally()

    def apply_started(self, plan: Plan) -> None:
        """Leave a line between the plan and what is done."""
        if plan.steps and self._command.after_plan:
            self.say("")

    def step_waits(self, step: Step, addresses: tuple[str, ...]) -> None:
        """Say what it waits for."""
        self.say(f"{_address(step)}: Waiting for {', '.join(map(visible, addresses))}...")

    def step_started(self, step: Step) -> None:
        """Say what begins."""
        self.say(f"{_address(step)}: {words(step).doing}...")
        self.hint(step)

    def step_progress(self, step: Step, seconds: float, line: str) -> None:  # noqa: ARG002 - a log has it
        """Say that it goes on, every EVERY seconds."""
        period = int(seconds) // EVERY
        if self._output is not None and step.action is StepAction.SETUP:
            return
        if period > self._told.get(step.id, 0):
            self._told[step.id] = period
            doing = lowered(words(step).doing)
            self.say(f"{_address(step)}: Still {doing}... [{whole_seconds(seconds)} elapsed]")

    def step_output(self, step: Step, chunk: bytes) -> None:
        """Show what a setup script prints, if asked to."""
        if self._output is not None:
            self._show(step, self._output.lines(step, chunk))

    def step_ended(self, step: Step, seconds: float) -> None:
        """Say that it ended well, and after how long."""
        self.flush(step)
        self._tally.ended.add(step.id)
        self.say(f"{_address(step)}: {words(step).noun} complete after {whole_seconds(seconds)}")

    def step_failed(self, step: Step, seconds: float, failure: StepFailure) -> None:
        """Say that it failed; why is told at the end, where nothing scrolls it away."""
        self.flush(step)
        self._tally.not_ended(step, interrupted=failure.interrupted)
        what = f"{words(step).noun} failed"
        if failure.interrupted:
            what = "Interrupted"
        elif failure.refused:
            what = "Refused by a security check"
        self.say(self._ink.red(f"{_address(step)}: {what} after {self.elapsed(seconds)}"))

    def step_skipped(self, step: Step, because: str) -> None:
        """Say once for each VM that it goes no further, unless a failure of its own has said so."""
        self._tally.skipped.append(step.id)
        if step.address not in self._skipped and not because.startswith(f"{step.address}/"):
            self._skipped.add(step.address)
            why = visible(because) if because == "interrupted" else f"{visible(because)} failed"
            self.say(f"{_address(step)}: Going no further ({why})")

    def apply_ended(self, plan: Plan, failures: tuple[StepFailure, ...]) -> None:
        """Show what failed, and count what was done."""
        self.say("")
        if failures:
            self._err.write(render_failures(failures, ink=self._err_ink, option=self._command.option))
            self._err.flush()
        complete = self._tally.complete(plan)
        line = self._tally.end_line(plan, self._command)
        self.say(self._ink.bold(self._ink.green(line) if complete else self._ink.red(line)))
        if not complete:
            self.say(self._tally.left(plan, self._command))

    def note(self, text: str) -> None:
        """Say something in between, e.g. that Ctrl-C was heard. Keeps the display whole."""
        self.say(visible(text))

    def flush(self, step: Step) -> None:
        """Show the end of a script's output, where it has no newline."""
        if self._output is not None:
            self._show(step, self._output.end(step))

    def hint(self, step: Step) -> None:
        """Name the command that follows the output of setup scripts, once."""
        if step.action is StepAction.SETUP and not self._hinted:
            self._hinted = True
            name = visible(step.address.removeprefix("vm."))
            self.say(
                self._ink.dim(f"{_address(step)}: `dvm logs -f {name}` follows its output, --stream shows it here")
            )

    def _show(self, step: Step, lines: list[str]) -> None:
        for line in lines:
            self.say(f"{_address(step)} | {line}".rstrip())

    def elapsed(self, seconds: float) -> str:
        """Return a duration as this view writes it."""
        return whole_seconds(seconds)

    def say(self, line: str) -> None:
        """Write one line at once."""
        self._out.write(line + "\n")
        self._out.flush()


def _address(step: Step) -> str:
    return visible(step.address)
