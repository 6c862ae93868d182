"""The block of one VM in a plan for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import Action
from dvm.text import visible
from dvm.views.attributes import attribute_lines, changed_lines, element_text, file_text
from dvm.views.provisioning import heading, provisioning_lines
from dvm.views.reasons import effects, reason_text, title
from dvm.views.script_diff import diff_lines, has_diff
from dvm.views.styles import Ink, prose
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.plan import ResourceChange, ScriptRun

_INDENT = "      "
LOST_BUT_WORK = "This takes the guest's disk and all that was installed; the code directories are kept."
PROTECTED = "It is protected: set protect = false in the manifest and apply that first."
LOST = "This takes the guest's disk: all code in it and all that was installed."


def block_lines(change: ResourceChange, ink: Ink, option: str = "", *, verbose: bool = False) -> Iterator[str]:
    """Yield the lines of one VM: title, attributes, effects and why, scripts, what is withheld, notes.

    `option` is what a command needs to work on the same manifest; `verbose`: every attribute is shown.
    """
    yield "  " + ink.bold(f"# {title(change)}")
    if change.reason and change.action in (Action.DELETE, Action.REPLACE):
        yield "  " + ink.dim(f"# (because {reason_text(change)})")
    if change.action is not Action.NO_OP:
        yield f"{ink.action(change.action)} [{visible(change.address)}]"
        yield from attribute_lines(change, ink, verbose=verbose)
        for what, why in effects(change):
            yield f"{_INDENT}{ink.yellow(what)}: {why}"
        yield from _provisioning(change, ink)
        yield from _scripts(change.scripts, ink)
        if change.action in (Action.DELETE, Action.REPLACE) and not change.is_base:
            yield f"{_INDENT}{ink.red(LOST_BUT_WORK if change.keeps_work else LOST)}"
    yield from _withheld(change, ink, option)
    yield from _waiting(change, ink, option)
    for note in change.notes:
        yield from prose(completed(f"Note: {note}", option), _INDENT)


def _provisioning(change: ResourceChange, ink: Ink) -> Iterator[str]:
    if change.template is None or not change.template.provisioning:
        return
    yield f"{_INDENT}{ink.yellow('runs')} {heading(change.template)}:"
    for line in provisioning_lines(change.template):
        yield f"{_INDENT}  {ink.by_mark('+', '+')} {line}"


def _scripts(runs: Sequence[ScriptRun], ink: Ink) -> Iterator[str]:
    if not runs:
        return
    yield f"{_INDENT}{ink.yellow('runs setup')}:"
    width = max(len(visible(run.script.entry.script)) for run in runs)
    for run in runs:
        yield from _script(run, width, ink)


def _waiting(change: ResourceChange, ink: Ink, option: str) -> Iterator[str]:
    if not change.waits:
        return
    yield f"{_INDENT}{ink.yellow('waits for its next start')}:  dvm start {visible(change.name + option)}"
    yield from changed_lines(change.waiting, ink)
    yield from _scripts(change.waiting_scripts, ink)


def _script(run: ScriptRun, width: int, ink: Ink) -> Iterator[str]:
    changed = has_diff(run)
    mark = "~" if changed else "+" if run.previous is None else " "
    path = visible(run.script.entry.script)
    as_ = f"as {run.script.entry.as_}"
    start = f"{_INDENT}  {ink.by_mark(mark, mark)} {path:<{width}}  {as_:<8}"
    yield f"{start}  {ink.dim(visible(run.reason))}".rstrip()
    for each in run.env:
        yield f"{_INDENT}      {element_text(each, ink, table=True)}"
    yield from (f"{_INDENT}      {file_text(each, ink)}" for each in run.files)
    if not changed:
        return
    lines, rest = diff_lines(run)
    for line in lines:
        yield f"{_INDENT}      {_paint(line, ink)}".rstrip()
    if rest:
        yield f"{_INDENT}      {ink.dim(f'... {rest}: `dvm review` shows all')}"


def _paint(line: str, ink: Ink) -> str:
    return ink.cyan(line) if line.startswith("@@") else ink.by_mark(line[:1], line)


def _withheld(change: ResourceChange, ink: Ink, option: str) -> Iterator[str]:
    if not change.withheld:
        return
    if change.action is not Action.NO_OP:
        yield f"{_INDENT}{ink.yellow('not done')}: what only a replacement can change"
    yield from changed_lines(change.withheld, ink, mark="!")
    if change.is_protected:
        yield f"{_INDENT}{PROTECTED}"
    yield f"{_INDENT}It takes:  dvm apply --replace {visible(change.name + option)}"
    yield f"{_INDENT}{LOST}"
