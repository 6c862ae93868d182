"""What an apply would run, for DVM_DRY_RUN: limactl's arguments and the setup scripts, in order."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.lima.calls import shown
from dvm.lima.guest_calls import abbreviated
from dvm.model.plan import StepAction
from dvm.text import visible
from dvm.views.provisioning import heading, provisioning_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.plan import Plan, ScriptRun, Step


_REMARKS = {
    StepAction.GUARD: "what follows is not done if work in the guest would be lost",
    StepAction.TAKE_OVER: "its receipt names this manifest from then on",
    StepAction.TAKE_TEMPLATE: "its receipt vouches for the template as it is now",
    StepAction.BACKUP: "a tar of the code directories on standard output, kept on the host",
    StepAction.RESTORE: "with that tar on standard input; it is removed when the guest has it",
    StepAction.DECLARE: "the manifest names it so from then on",
    StepAction.RENAME: "its receipt has the new name from then on",
    StepAction.EGRESS: "its egress policy is written",
}


def command_line(argv: Sequence[str], *, in_full: bool = False) -> str:
    """Return `argv` as one would type it, on one line and safe to print."""
    words = tuple(argv) if in_full else abbreviated(argv)
    return " ".join(_word(word) for word in words)


def step_lines(step: Step, plan: Plan, *, in_full: bool = False) -> Iterator[str]:
    """Yield the lines of one step: what a reader has to know of it, and its call.

    The guest programs of DVM's own are shortened to their names unless `in_full` (DVM_VERBOSE) is set.
    """
    if step.script is not None:
        yield _script(step.script, step.address)
    elif step.action in _REMARKS:
        yield f"# {visible(step.address)}: {_REMARKS[step.action]}"
    elif step.action is StepAction.DELETE and plan.options.discard_work:
        yield f"# {visible(step.address)}: --discard-work: work in the guest is not looked for"
    elif step.stdin:
        yield f"# {visible(step.address)}: with {visible(step.stdin)} on standard input"
    argv = shown(step.intent)
    if argv:
        yield command_line(argv, in_full=in_full)
    if step.action is StepAction.START:
        for template in (change.template for change in plan.provisioned if change.address == step.address):
            if template is not None and template.provisioning:
                yield f"# {visible(step.address)}: runs {heading(template)}"
                yield from (f"#   {line}" for line in provisioning_lines(template))


def _script(run: ScriptRun, address: str) -> str:
    entry = run.script.entry
    how = f"as {entry.as_}, sha256 {run.script.sha256 or 'unknown'}"
    if run.script.files:
        how += f", with {', '.join(visible(each.name) for each in run.script.files)} in $DVM_FILES"
    return f"# {visible(address)}: setup script {visible(entry.script)} {how}: {visible(run.reason)}"


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
