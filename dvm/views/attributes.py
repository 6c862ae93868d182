"""The lines of a plan that show which attributes come, change and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.diff.attributes import default_attributes
from dvm.model.plan import Action, Effect
from dvm.text import visible
from dvm.views.styles import plural
from dvm.views.values import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import AttributeChange, ElementChange, ResourceChange
    from dvm.views.styles import Ink

_INDENT = "      "
_DIGITS = 12
# Scripts have lines of their own.
_TOLD_ELSEWHERE = frozenset({"setup"})
# What a VM is made from and its size say little where all VMs of a manifest have it from one place. What opens a way
# between guest and host is shown wherever it comes from.
_FOLDED_WHERE_INHERITED = frozenset({"template", "arch", "vm_type", "cpus", "memory", "disk"})


def attribute_lines(change: ResourceChange, ink: Ink, *, verbose: bool = False) -> Iterator[str]:
    """Yield the attributes of one VM's block, aligned; `verbose`: also what is unchanged or folded."""
    match change.action:
        case Action.CREATE:
            yield from _all_of("+", created_attributes(change), ink, vm=change.desired, verbose=verbose)
        case Action.DELETE:
            yield from _all_of("-", change.before or {}, ink, verbose=verbose)
        case Action.UPDATE | Action.REPLACE | Action.NO_OP:
            yield from changed_lines(change.changes, ink)
            same = _unchanged(change)
            if verbose:
                yield from _rows(" ", same, ink)
            elif same:
                yield _INDENT + ink.dim(f"# ({plural(len(same), 'unchanged attribute')} hidden)")


def created_attributes(change: ResourceChange) -> dict[str, Any]:
    """Return the attributes of a VM that is made, and the VMs that it depends on: an order, which is no attribute."""
    depends_on = change.desired.config.depends_on if change.desired is not None else ()
    return {**(change.after or {}), **({"depends_on": depends_on} if depends_on else {})}


def folded(attributes: Mapping[str, Any], vm: DesiredVM | None = None) -> tuple[dict[str, Any], int]:
    """Return the attributes that say something of this VM, and how many others are by default, or inherited.

    `vm`: the VM that is made with them; None: one that goes.
    """
    hidden: set[str] = set()
    if vm is not None:
        hidden |= _FOLDED_WHERE_INHERITED & vm.inherited
        if vm.config.cpus is None:
            hidden.add("cpus")
        if "template" in hidden and "template_sha256" not in vm.config.model_fields_set - vm.inherited:
            hidden.add("template_sha256")
    usual = default_attributes()
    present = {key: value for key, value in attributes.items() if value is not None and key not in _TOLD_ELSEWHERE}
    shown = {
        key: value for key, value in present.items() if key not in hidden and (key not in usual or usual[key] != value)
    }
    return shown, len(present) - len(shown)


def hidden_text(count: int) -> str:
    """Return what is said of so many folded attributes."""
    return f"{plural(count, 'attribute')} by default or inherited: --verbose shows them"


def changed_lines(changes: Sequence[AttributeChange], ink: Ink, *, mark: str = "") -> Iterator[str]:
    """Yield `~ name = old -> new` lines; `mark` replaces the one that old and new give."""
    width = max((len(visible(change.name)) for change in changes), default=0)
    for change in changes:
        yield from _changed(change, mark, width, ink)


def effect_text(effect: Effect) -> str:
    """Return what a reader is told about an attribute's effect; nothing where it just changes."""
    match effect:
        case Effect.IN_PLACE:
            return ""
        case Effect.BOOTSTRAP:
            return "runs the bootstrap again"
        case Effect.RESTART | Effect.BOOT | Effect.STOP | Effect.REPLACE:
            return str(effect)


def _all_of(
    mark: str, attributes: Mapping[str, Any], ink: Ink, *, vm: DesiredVM | None = None, verbose: bool
) -> Iterator[str]:
    shown, hidden = folded(attributes, vm)
    yield from _rows(mark, attributes if verbose else shown, ink)
    if hidden and not verbose:
        yield _INDENT + ink.dim(f"# ({hidden_text(hidden)})")


def _rows(mark: str, attributes: Mapping[str, Any], ink: Ink) -> Iterator[str]:
    shown = {key: value for key, value in attributes.items() if value is not None and key not in _TOLD_ELSEWHERE}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        yield f"{_INDENT}{ink.by_mark(mark, mark)} {visible(name):<{width}} = {format_value(name, value)}"


def _changed(change: AttributeChange, mark: str, width: int, ink: Ink) -> Iterator[str]:
    mark = mark or ("+" if change.old is None else "-" if change.new is None else "~")
    start = f"{_INDENT}{ink.by_mark(mark, mark)} {visible(change.name):<{width}} = "
    effect = effect_text(change.effect)
    comment = f"  {ink.yellow('# ' + effect)}" if effect else ""
    if change.elements:
        brackets = "{}" if isinstance(change.new, dict) else "[]"
        yield f"{start}{brackets[0]}{comment}"
        yield from _elements(change, ink)
        yield f"{_INDENT}  {brackets[1]}"
        return
    old, new = format_value(change.name, change.old), format_value(change.name, change.new)
    value = new if mark == "+" else f"{old} {ink.yellow('->')} {new}"
    yield f"{start}{value}{comment}"


def _elements(change: AttributeChange, ink: Ink) -> Iterator[str]:
    """Yield the elements that go, change and come, one a line."""
    table = isinstance(change.new, dict)
    for each in sorted(change.elements, key=lambda each: (each.old is None, each.key)):
        yield f"{_INDENT}    {element_text(each, ink, table=table)}"
    same = len(change.new) - sum(each.new is not None for each in change.elements)
    if same:
        yield f"{_INDENT}    " + ink.dim(f"# ({same} unchanged hidden)")


def element_text(element: ElementChange, ink: Ink, *, table: bool) -> str:
    """Return one element that comes, changes or goes; of a `table` with its key."""
    mark = "+" if element.old is None else "-" if element.new is None else "~"
    old, new = format_value("", element.old), format_value("", element.new)
    value = f"{old} {ink.yellow('->')} {new}" if mark == "~" else new if mark == "+" else old
    name = f"{visible(element.key)} = " if table else ""
    return f"{ink.by_mark(mark, mark)} {name}{value}"


def file_text(file: ElementChange, ink: Ink) -> str:
    """Return a companion file that comes, changes or goes."""
    mark = "+" if file.old is None else "-" if file.new is None else "~"
    digests = [f"{digest[:_DIGITS]}\N{HORIZONTAL ELLIPSIS}" for digest in (file.old, file.new) if digest]
    return f"{ink.by_mark(mark, mark)} $DVM_FILES/{visible(file.key)}  SHA-256 {ink.yellow(' -> ').join(digests)}"


def _unchanged(change: ResourceChange) -> dict[str, Any]:
    if change.before is None or change.after is None:
        return {}
    told = {each.name for each in (*change.changes, *change.withheld)} | _TOLD_ELSEWHERE
    return {key: value for key, value in change.after.items() if value is not None and key not in told}
