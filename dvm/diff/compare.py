"""The comparison itself. deepdiff lives in this module alone, and is imported only where something differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.diff.effects import effect_of
from dvm.model.plan import AttributeChange

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare(observed: Mapping[str, Any], desired: Mapping[str, Any]) -> tuple[AttributeChange, ...]:
    """Return the attributes that differ, in the order of `desired`.

    An attribute that only one side has is not compared: what is not observed is not known, and what is not
    desired is left alone.
    """
    before = {name: observed[name] for name in desired if name in observed}
    after = {name: desired[name] for name in before}
    if before == after:
        return ()
    # Importing deepdiff costs more than the rest of a plan, and most plans change nothing.
    from deepdiff import DeepDiff

    tree = DeepDiff(before, after, view="tree", ignore_order=False)
    names = {level.path(output_format="list")[0] for kind in tree.values() for level in kind}
    return tuple(
        AttributeChange(name, before[name], after[name], effect_of(name, before[name], after[name]))
        for name in after
        if name in names
    )
