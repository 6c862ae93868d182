"""A plan for people, in Terraform's manner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.diagnostics import Severity
from dvm.model.names import address
from dvm.model.plan import Action
from dvm.text import visible
from dvm.views.checks_human import render_checks
from dvm.views.diagnostics import render_diagnostics
from dvm.views.plan_blocks import block_lines
from dvm.views.provisioning import templates_line
from dvm.views.styles import PLAIN, Ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.check import CheckResult
    from dvm.model.plan import Plan, ResourceChange, Summary

NO_CHANGES = "No changes. Your VMs match the manifest."


def render_plan(
    plan: Plan,
    checks: Sequence[CheckResult] = (),
    *,
    ink: Ink = PLAIN,
    option: str = "",
    verbose: bool = False,
) -> str:
    """Return the whole plan. Its last line is the summary; ends with a newline.

    `option` is what the commands in it need to work on the same manifest, with a blank in front. `verbose`: show
    attributes that are as they were, or by default, too.
    """
    lines: list[str] = []
    lines += _changes(
        [change for change in plan.changes if change.action is not Action.NO_OP], ink, option, verbose=verbose
    )
    for change in plan.changes:
        if change.action is Action.NO_OP and (change.withheld or change.waits):
            lines += [*block_lines(change, ink, option, verbose=verbose), ""]
    lines += _notes(plan.changes, ink)
    lines += _instances("Unmanaged instances, which DVM never touches:", plan.unmanaged, (), ink)
    advice = (f"To destroy them:  dvm apply --prune{visible(option)}",)
    lines += _instances("Orphans, which are no longer in the manifest:", quiet_orphans(plan), advice, ink)
    strays = quiet_strays(plan)
    each = tuple(f"To destroy it:  dvm apply --prune {visible(name + option)}" for name in strays)
    lines += _instances(
        "Orphans of another manifest, which is gone:", [made_by(*stray) for stray in strays.items()], each, ink
    )
    others = [made_by(*other) for other in plan.elsewhere.items()]
    lines += _instances("VMs of other manifests, which this one never touches:", others, (), ink)
    text = "\n".join(lines)
    for part in (
        render_diagnostics(plan.diagnostics, ink=ink, option=option),
        render_checks(checks, ink=ink, all_is_well=False, option=option),
    ):
        text += ("\n" if text and part else "") + part
    beside = templates_line(plan.changes)
    end = (f"{beside}\n" if beside else "") + ink.bold(end_line(plan))
    return text + ("\n" if text else "") + end + "\n"


def end_line(plan: Plan) -> str:
    """Return the line a plan ends with."""
    if not plan.has_changes:
        if any(diagnostic.severity is Severity.ERROR for diagnostic in plan.diagnostics):
            return "Planning failed; the errors are above."
        return nothing_line(plan)
    return summary_line(plan.summary)


def nothing_line(plan: Plan) -> str:
    """Return the line of a plan without changes. One that starts or stops has not looked for drift."""
    if plan.options.start:
        return "Nothing to start."
    return "Nothing to stop." if plan.options.stop else NO_CHANGES


def summary_line(summary: Summary) -> str:
    """Return `Plan: 1 to add, …`. A replacement destroys one VM and adds one, and is counted as both."""
    scripts = "script" if summary.setup == 1 else "scripts"
    return (
        f"Plan: {summary.add + summary.replace} to add, {summary.change} to change, "
        f"{summary.destroy + summary.replace} to destroy, {summary.setup} {scripts} to run."
    )


def _changes(changes: Sequence[ResourceChange], ink: Ink, option: str, *, verbose: bool) -> Iterator[str]:
    if not changes:
        return
    legend = {
        Action.CREATE: "create",
        Action.UPDATE: "update in place",
        Action.REPLACE: "destroy, then create",
        Action.DELETE: "destroy",
    }
    present = {change.action for change in changes}
    yield "DVM will perform these actions:"
    for action, words in legend.items():
        if action in present:
            yield f"{ink.action(action)} {words}"
    yield ""
    for change in changes:
        yield from block_lines(change, ink, option, verbose=verbose)
        yield ""


def _notes(changes: Sequence[ResourceChange], ink: Ink) -> Iterator[str]:
    # The notes of VMs that change are in their blocks.
    quiet = [
        change
        for change in changes
        if change.action is Action.NO_OP and not (change.withheld or change.waits) and change.notes
    ]
    if not quiet:
        return
    yield ink.bold("Notes:")
    for change in quiet:
        for note in change.notes:
            yield f"  {visible(change.address)}: {visible(note)}"
    yield ""


def quiet_orphans(plan: Plan) -> tuple[str, ...]:
    """Return the addresses of the orphans that the plan leaves alone; the others stand among its changes."""
    told = {change.name for change in plan.changes} | set(plan.strays)
    return tuple(address(name) for name in plan.orphans if name not in told)


def quiet_strays(plan: Plan) -> dict[str, str]:
    """Return the strays that the plan leaves alone, with the manifest that made each."""
    told = {change.name for change in plan.changes}
    return {name: manifest for name, manifest in plan.strays.items() if name not in told}


def made_by(name: str, manifest: str) -> str:
    """Return a VM with the manifest that made it; empty: its receipt names none."""
    return f"{address(name)}  " + (f"managed by {manifest}" if manifest else "made by a manifest that is not known")


def _instances(heading: str, names: Sequence[str], advice: Sequence[str], ink: Ink) -> Iterator[str]:
    if not names:
        return
    yield ink.bold(heading)
    for line in (*names, *advice):
        yield f"  {visible(line)}"
    yield ""
