"""The steps of a plan, in an order in which each finds what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.model.graph import order
from dvm.model.plan import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.model.plan import PlanOptions, ResourceChange, Step
    from dvm.state.renames import Renaming


def ordered_steps(
    planned: Sequence[ResourceChange], options: PlanOptions, start_seconds: int, renames: Mapping[str, Renaming]
) -> tuple[Step, ...]:
    """Return the steps of all changes: each after those of what it depends on, and of the base it is cloned from."""
    by_name = {change.name: change for change in planned if change.action is not Action.NO_OP}
    before = _before(by_name)
    last: dict[str, str] = {}
    steps: list[Step] = []
    for name in order(before):
        origin = by_name[name].origin
        base = "" if origin is None else origin.base.name
        needs = tuple(last[other] for other in sorted(before[name]) if other in last and other != base)
        source = (last[base],) if base in last else ()
        if name in renames:
            from dvm.plan.rename import rename_steps

            own = rename_steps(by_name[name], renames[name], needs, start_seconds=start_seconds)
        else:
            # A plan without changes, which most are, has no use for it.
            from dvm.plan.steps import steps_of

            own = steps_of(
                by_name[name], needs, source=source, discard_work=options.discard_work, start_seconds=start_seconds
            )
        if own:
            last[name] = own[-1].id
        steps.extend(own)
    return tuple(steps)


def _before(by_name: Mapping[str, ResourceChange]) -> dict[str, set[str]]:
    """For each VM, those whose steps come first: what it depends on, or, when it goes, what depends on it."""
    depends = {name: _depends_on(change) for name, change in by_name.items()}
    before: dict[str, set[str]] = {}
    for name, change in by_name.items():
        going = change.action is Action.DELETE
        if going:
            before[name] = {o for o, c in by_name.items() if c.action is Action.DELETE and name in depends[o]} - {name}
        else:
            before[name] = {
                other for other in depends[name] if other in by_name and by_name[other].action is not Action.DELETE
            }
            if change.origin is not None and change.origin.base.name in by_name:
                before[name].add(change.origin.base.name)
    return before


def _depends_on(change: ResourceChange) -> set[str]:
    if change.desired is not None:
        return set(change.desired.config.depends_on)
    receipt = change.observed.receipt if change.observed else None
    return set(receipt.depends_on) if receipt else set()
