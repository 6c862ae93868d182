"""VMs, what they depend on or are cloned from, and what would happen to them, as Mermaid or DOT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.plan import Action
from dvm.views.styles import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.plan import Plan, ResourceChange

# Names have lower-case letters, digits and hyphens only, so nothing in them needs quoting.
_COLOURS = {
    Action.CREATE: "#2da44e",
    Action.UPDATE: "#bf8700",
    Action.REPLACE: "#bc4c00",
    Action.DELETE: "#cf222e",
    Action.NO_OP: "#6e7781",
}


def mermaid(plan: Plan) -> str:
    """Return a Mermaid flowchart; an arrow leads from a VM to what it depends on."""
    return "".join(f"{line}\n" for line in _mermaid(plan))


def dot(plan: Plan) -> str:
    """Return a DOT digraph; an arrow leads from a VM to what it depends on."""
    return "".join(f"{line}\n" for line in _dot(plan))


def _mermaid(plan: Plan) -> Iterator[str]:
    yield "flowchart LR"
    for change in plan.changes:
        yield f'  {_id(change)}["{"<br>".join(_label(change))}"]'
    for change, other in _edges(plan):
        yield f"  {_id(change)} --> {_id(other)}"
    for action, colour in _COLOURS.items():
        ids = [_id(change) for change in plan.changes if change.action is action]
        if ids:
            kind = str(action).replace("-", "")
            yield f"  classDef {kind} stroke:{colour},stroke-width:2px"
            yield f"  class {','.join(ids)} {kind}"


def _dot(plan: Plan) -> Iterator[str]:
    yield "digraph dvm {"
    yield "  rankdir=LR"
    yield '  node [shape=box, style=rounded, fontname="sans-serif"]'
    for change in plan.changes:
        label = "\\n".join(_label(change))
        yield f'  "{change.address}" [label="{label}", color="{_COLOURS[change.action]}"]'
    for change, other in _edges(plan):
        yield f'  "{change.address}" -> "{other.address}"'
    yield "}"


def _id(change: ResourceChange) -> str:
    return ("" if change.is_base else "vm_") + change.name.replace("-", "_").replace(".", "_")


def _label(change: ResourceChange) -> list[str]:
    action = "no change" if change.action is Action.NO_OP else str(change.action)
    also = [
        word
        for word, there in (("restarts", change.restart), ("boots", change.boots), ("stops", change.stops))
        if there
    ]
    scripts = [plural(len(change.scripts), "script")] if change.scripts else []
    return [change.address, ", ".join([action, *also, *scripts])]


def _edges(plan: Plan) -> Iterator[tuple[ResourceChange, ResourceChange]]:
    by_name = {change.name: change for change in plan.changes}
    for change in plan.changes:
        if change.desired is not None:
            for name in sorted(change.desired.config.depends_on):
                if name in by_name:
                    yield change, by_name[name]
        if change.origin is not None and change.origin.base.name in by_name:
            yield change, by_name[change.origin.base.name]
