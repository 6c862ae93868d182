"""A failed step, for standard error: which, why, where its log is and how it ends, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.text import visible
from dvm.views.denials import denial_lines
from dvm.views.diagnostics import render_diagnostic
from dvm.views.masking import mask
from dvm.views.styles import PLAIN, Ink, prose
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.execute.hooks import StepFailure
    from dvm.model.plan import Step


def render_failures(failures: Iterable[StepFailure], *, ink: Ink = PLAIN, option: str = "") -> str:
    """Return failures one below the other. Ends with an empty line, unless there are none.

    `option` is what a command needs to work on the same manifest.
    """
    return "".join(f"{line}\n" for failure in failures for line in (*_lines(failure, ink, option), ""))


def tail_lines(failure: StepFailure) -> list[str]:
    """Return the last lines of the log, safe to print and without secrets."""
    # As one text, for a secret may have several lines.
    text = mask("\n".join(failure.tail))
    return [visible(line.rstrip("\r").replace("\t", "    ")) for line in text.split("\n")] if text else []


def step_name(step: Step) -> str:
    """Return a step's id, with the setup script it runs."""
    if step.script is None:
        return visible(step.id)
    entry = step.script.script.entry
    return f"{visible(step.id)} ({visible(entry.script)} as {entry.as_})"


def _lines(failure: StepFailure, ink: Ink, option: str) -> Iterator[str]:
    address = visible(failure.step.address)
    first, _, more = failure.summary.strip().partition("\n")
    summary = visible(first)
    if not summary.startswith(address):
        summary = f"{address}: {summary}"
    yield ink.bold(ink.red("Error:")) + " " + ink.bold(summary)
    yield ""
    if more:
        yield from prose(more, "  ")
        yield ""
    yield f"  step         {step_name(failure.step)}"
    if failure.exit_status is not None:
        yield f"  exit status  {failure.exit_status}"
    if failure.log is not None:
        yield f"  log          {visible(str(failure.log))}"
    tail = tail_lines(failure)
    if tail:
        yield "  its last lines:" if failure.log is not None else "  the last lines it printed:"
        yield from (f"    {ink.dim('|')} {line}".rstrip() for line in tail)
    if failure.checks:
        yield ""
        yield from list(denial_lines(failure.checks, ink, option))[:-1]
    if failure.diagnostic is not None:
        yield ""
        yield from render_diagnostic(failure.diagnostic, ink=ink).rstrip("\n").split("\n")
    if failure.remedy:
        yield ""
        yield from (f"  {visible(line)}" for line in completed(failure.remedy, option).strip("\n").split("\n"))
