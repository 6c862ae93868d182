"""A plan in Markdown, for a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.model.check import Outcome
from dvm.model.plan import Action
from dvm.text import visible
from dvm.views.attributes import created_attributes, effect_text, element_text, file_text, folded, hidden_text
from dvm.views.markdown import code, diff_block, plain, row
from dvm.views.plan_blocks import LOST, LOST_BUT_WORK, PROTECTED
from dvm.views.plan_human import end_line, made_by, quiet_orphans, quiet_strays
from dvm.views.provisioning import heading, provisioning_lines, templates_line
from dvm.views.reasons import cloned, effects, reason_text
from dvm.views.script_diff import diff_lines, has_diff
from dvm.views.styles import Ink
from dvm.views.typed import completed
from dvm.views.values import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.model.check import CheckResult
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import AttributeChange, Plan, ResourceChange, ScriptRun

_MARKS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "-/+",
    Action.DELETE: "-",
    Action.NO_OP: "!",
}


def render_markdown(plan: Plan, checks: Sequence[CheckResult] = (), *, option: str = "", verbose: bool = False) -> str:
    """Return the plan: its summary, a table of the VMs, what changes in each, and what the checks found.

    `option` is what the commands in it need to work on the same manifest, with a blank in front.
    """
    shown = [change for change in plan.changes if change.action is not Action.NO_OP or change.withheld or change.waits]
    lines = ["### DVM plan", "", f"**{plain(end_line(plan))}**", ""]
    beside = templates_line(plan.changes)
    lines += [plain(beside), ""] if beside else []
    if shown:
        lines += [row(("", "VM", "What", "Why")), row(("---",) * 4), *map(_table_row, shown), ""]
    for change in shown:
        lines += _section(change, option, verbose=verbose)
    lines += _notes(plan.changes, option)
    lines += _names("Unmanaged instances, which DVM never touches", plan.unmanaged)
    lines += _names("Orphans, which are no longer in the manifest", quiet_orphans(plan))
    strays = [made_by(*stray) for stray in quiet_strays(plan).items()]
    lines += _names("Orphans of another manifest, which is gone", strays)
    others = [made_by(*other) for other in plan.elsewhere.items()]
    lines += _names("VMs of other manifests, which this one never touches", others)
    for diagnostic in plan.diagnostics:
        # As code: an error quotes what others wrote.
        lines.append(f"- **{diagnostic.severity.value.capitalize()}:** {code(diagnostic.summary)}")
        lines += [f"  {code(part)}" for part in completed(diagnostic.detail, option).split("\n") if part.strip()]
    if plan.diagnostics:
        lines.append("")
    lines += _checks(checks)
    return "\n".join(lines).rstrip("\n") + "\n"


def _table_row(change: ResourceChange) -> str:
    what = {
        Action.CREATE: f"{'build' if change.is_base else 'create'}{cloned(change)}",
        Action.UPDATE: "update in place",
        Action.REPLACE: f"{'build anew' if change.is_base else 'replace'}{cloned(change)}",
        Action.DELETE: "destroy",
        Action.NO_OP: "nothing, unless replaced" if change.withheld else "nothing until its next start",
    }[change.action]
    extra = [effect for effect, _ in effects(change)]
    if change.scripts:
        extra.append("runs setup")
    words = f"{what}: {', '.join(extra)}" if extra else what
    return row(
        (code(_MARKS[change.action]), code(change.address, in_table=True), plain(words), plain(reason_text(change)))
    )


def _section(change: ResourceChange, option: str, *, verbose: bool) -> Iterator[str]:
    attributes = list(_attributes(change, verbose=verbose))
    template = change.template if change.template is not None and change.template.provisioning else None
    why = list(effects(change)) if change.action is not Action.NO_OP else []
    if not (attributes or why or template or change.scripts or change.withheld or change.waits or change.notes):
        return
    yield f"#### {code(change.address)}"
    yield ""
    if change.action in (Action.DELETE, Action.REPLACE) and not change.is_base:
        yield f"**{LOST_BUT_WORK if change.keeps_work else LOST}**"
        yield ""
    if attributes:
        yield from diff_block(attributes)
        yield ""
    yield from (f"- {what}: {code(reason)}" for what, reason in why)
    if why:
        yield ""
    yield from _not_done(change, option)
    if template is not None:
        yield f"- runs {code(heading(template))}:"
        yield from (f"  - {code(' '.join(line.split()))}" for line in provisioning_lines(template))
        yield ""
    yield from _runs(change.scripts)
    for note in change.notes:
        yield f"- {code(completed(note, option))}"
    if change.notes:
        yield ""


def _not_done(change: ResourceChange, option: str) -> Iterator[str]:
    """Yield what differs and stays: until a replacement, or until the next start."""
    if change.withheld:
        protected = f"{PROTECTED} " if change.is_protected else ""
        takes = code(f"dvm apply --replace {change.name}{option}")
        yield f"Only a replacement changes this: {protected}{takes}. {LOST}"
        yield ""
        yield from diff_block(line for each in change.withheld for line in _attribute(each))
        yield ""
    if change.waits:
        yield f"This waits for its next start: {code(f'dvm start {change.name}{option}')}."
        yield ""
        if change.waiting:
            yield from diff_block(line for each in change.waiting for line in _attribute(each))
            yield ""
        yield from _runs(change.waiting_scripts)


def _runs(runs: Sequence[ScriptRun]) -> Iterator[str]:
    for run in runs:
        entry = run.script.entry
        yield f"- runs {code(entry.script)} as {entry.as_}: {code(run.reason)}"
        yield from (f"  - {code(element_text(each, Ink(), table=True))}" for each in run.env)
        yield from (f"  - {code(file_text(each, Ink()))}" for each in run.files)
    if runs:
        yield ""
    for run in runs:
        if has_diff(run):
            lines, rest = diff_lines(run)
            left = [f"# ... {rest}"] if rest else []
            yield from diff_block([f"# {visible(run.script.entry.script)}", *lines, *left])
            yield ""


def _notes(changes: Sequence[ResourceChange], option: str) -> Iterator[str]:
    """Yield the notes of VMs that have no section, as those that are left stopped."""
    still = (each for each in changes if each.action is Action.NO_OP and not (each.withheld or each.waits))
    quiet = [(each.address, note) for each in still for note in each.notes]
    yield from (f"- {code(f'{address}: {completed(note, option)}')}" for address, note in quiet)
    if quiet:
        yield ""


def _attributes(change: ResourceChange, *, verbose: bool) -> Iterator[str]:
    match change.action:
        case Action.CREATE:
            yield from _all_of("+", created_attributes(change), vm=change.desired, verbose=verbose)
        case Action.DELETE:
            yield from _all_of("-", change.before or {}, verbose=verbose)
        case Action.UPDATE | Action.REPLACE | Action.NO_OP:
            for each in change.changes:
                yield from _attribute(each)


def _all_of(mark: str, values: Mapping[str, Any], *, vm: DesiredVM | None = None, verbose: bool) -> Iterator[str]:
    shown, hidden = folded(values, vm)
    for name, value in (values if verbose else shown).items():
        if value is not None and name != "setup":
            yield f"{mark} {visible(name)} = {format_value(name, value)}"
    if hidden and not verbose:
        yield f"# {hidden_text(hidden)}"


def _attribute(change: AttributeChange) -> Iterator[str]:
    effect = effect_text(change.effect)
    name = visible(change.name)
    comment = f"  # {effect}" if effect else ""
    if change.elements:
        yield from _elements(change, comment)
        return
    if change.old is not None:
        yield f"- {name} = {format_value(change.name, change.old)}"
    if change.new is not None:
        yield f"+ {name} = {format_value(change.name, change.new)}{comment}"


def _elements(change: AttributeChange, comment: str) -> Iterator[str]:
    """Yield what goes and comes of a list or a table, one a line."""
    table = isinstance(change.new, dict)
    yield f"  {visible(change.name)} = {'{' if table else '['}{comment}"
    for each in change.elements:
        key = f"{visible(each.key)} = " if table else ""
        if each.old is not None:
            yield f"-   {key}{format_value('', each.old)}"
        if each.new is not None:
            yield f"+   {key}{format_value('', each.new)}"
    yield f"  {'}' if table else ']'}"


def _names(heading: str, names: Sequence[str]) -> list[str]:
    return [f"{heading}: " + ", ".join(map(code, names)) + ".", ""] if names else []


def _checks(checks: Sequence[CheckResult]) -> Iterator[str]:
    found = [check for check in checks if check.status is not Outcome.PASS]
    if not found:
        return
    yield "#### Security checks"
    yield ""
    yield row(("", "Check", "Where", "What"))
    yield row(("---",) * 4)
    # What blocks it comes first; a waiver last.
    for check in sorted(found, key=lambda each: (not each.denies, each.status is Outcome.WAIVED)):
        word = "waived" if check.status is Outcome.WAIVED else check.severity.value
        place = check.subject
        if check.location is not None and check.location.line is not None:
            place += f":{check.location.line}"
        what = plain(check.summary) + (f" {code(check.detail, in_table=True)}" if check.detail else "")
        yield row((f"**{word}**" if check.denies else word, plain(check.code), code(place, in_table=True), what))
    yield ""
