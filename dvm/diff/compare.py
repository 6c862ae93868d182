"""The comparison itself. deepdiff lives in this module alone, and is imported only where a list or a table differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.diff.attributes import attribute
from dvm.model.plan import AttributeChange, ElementChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def compare(observed: Mapping[str, Any], desired: Mapping[str, Any]) -> tuple[AttributeChange, ...]:
    """Return the attributes that differ, in the order of `desired`; lists and tables element by element.

    An attribute that only one side has is not compared: what is not observed is not known, and what is not
    desired is left alone.
    """
    found = []
    for name, new in desired.items():
        old = observed.get(name)
        if name not in observed or old == new:
            continue
        alike = attribute(name).alike
        if alike is not None and alike(old, new):
            continue
        many = _is_many(old) and _is_many(new)
        elements = tuple(differing_elements(old, new)) if many else ()
        if elements or not many:
            found.append(AttributeChange(name, old, new, attribute(name).effect(old, new), elements))
    return tuple(found)


def _is_many(value: object) -> bool:
    # A port is a pair of numbers, and one value.
    return isinstance(value, dict) or type(value) is tuple


def differing_elements(old: Any, new: Any) -> Iterator[ElementChange]:  # noqa: ANN401 - lists or tables
    """Yield the elements of two lists, or of two tables, that differ, in order of key."""
    if old == new:
        return
    # Importing deepdiff costs more than the rest of a plan, and most plans change nothing.
    from deepdiff import DeepDiff

    before, after = _by_key(old), _by_key(new)
    # An element is the same or it is not: what two ports or two mounts have in common is no change of one to the other.
    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    changed = {level.path(output_format="list")[0] for kind in tree.values() for level in kind}
    for key in sorted(changed, key=str):
        yield ElementChange(str(key), before.get(key), after.get(key))


def _by_key(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an attribute's value
    """Return a table as it is, and a list by what each element is: so order is no difference, and each stands alone."""
    return value if isinstance(value, dict) else {str(item): item for item in value}
