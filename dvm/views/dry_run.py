"""What an apply would run, for DVM_DRY_RUN: limactl's arguments and the setup scripts, in order."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.lima.guest_calls import abbreviated
from dvm.model.plan import StepAction
from dvm.text import visible
from dvm.views.provisioning import heading, provisioning_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dvm.model.plan import Plan, ScriptRun, Step
    from dvm.model.template import Template


def render_dry_run(plan: Plan, *, in_full: bool = False) -> str:
    """Return the calls of a plan in order, a line each, and a comment over each setup script.

    The guest programs of DVM's own are shortened to their names unless `in_full` (DVM_VERBOSE) is set.
    Ends with a newline, unless there is nothing to do.
    """
    templates = {change.address: change.template for change in plan.made}
    return "".join(f"{line}\n" for line in _lines(plan.steps, templates, in_full=in_full))


def render_calls(calls: Iterable[Sequence[str]]) -> str:
    """Return limactl calls that come from no plan (`dvm stop`, `dvm start`, `dvm rm`), a line each."""
    return "".join(f"{command_line(argv)}\n" for argv in calls)


def command_line(argv: Sequence[str], *, in_full: bool = False) -> str:
    """Return `argv` as one would type it, on one line and safe to print."""
    words = tuple(argv) if in_full else abbreviated(argv)
    return " ".join(_word(word) for word in words)


def _lines(steps: Iterable[Step], templates: Mapping[str, Template | None], *, in_full: bool) -> Iterator[str]:
    address = ""
    for step in steps:
        if step.address != address:
            address = step.address
            yield f"# {visible(address)}"
        if step.script is not None:
            yield _script(step.script)
        elif step.stdin:
            yield f"# with {visible(step.stdin)} on standard input"
        if step.argv:
            yield command_line(step.argv, in_full=in_full)
        template = templates.get(step.address) if step.action is StepAction.START else None
        if template is not None and template.provisioning:
            yield f"# runs {heading(template)}"
            yield from (f"#   {line}" for line in provisioning_lines(template))


def _script(run: ScriptRun) -> str:
    entry = run.script.entry
    how = f"as {entry.as_}, sha256 {run.script.sha256 or 'unknown'}"
    return f"# setup script {visible(entry.script)} {how}: {visible(run.reason)}"


def _word(word: str) -> str:
    if visible(word) != word:
        # What shlex leaves in quotes would reach the terminal as it is: a newline, an escape, a mark.
        return f"$'{''.join(map(_ansi_c, word))}'"
    return shlex.quote(word)


def _ansi_c(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    if visible(character) == character:
        return character
    # A byte of a name that is not UTF-8 reaches Python as one of these lone surrogates.
    errors = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"\\x{octet:02x}" for octet in character.encode("utf-8", errors))
