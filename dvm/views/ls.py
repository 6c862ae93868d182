"""The table of VMs: `dvm ls`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from dvm.diff.attributes import IN_GUEST, observed_attributes
from dvm.diff.written import written
from dvm.model.names import PREFIX, base_name, instance_name, vm_name
from dvm.model.plan import Action
from dvm.model.units import format_age
from dvm.plan.change import PORT_NOT_FORWARDED
from dvm.text import visible
from dvm.views.styles import PLAIN, Ink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.model.instance import Instance, Observed
    from dvm.model.plan import Plan, ResourceChange

NOT_CREATED = "not created"
_GAP = "  "
NO_VMS = "No VMs. `dvm new NAME` declares one.\n"
_LEAST = {0: 12, 6: 9, 7: 7}
"""Columns that may be cut (name, ports, drift), and to how many characters."""


class Row(Struct, frozen=True):
    """One VM. Sizes are written as the manifest writes them; None: not known.

    `management` is `managed`, `unmanaged`, `orphan`, `ephemeral`, `base` (a built one, no orphan), `other` where
    it belongs to another manifest, or `new` where there is no instance. `manifest` is the one that it belongs to; None:
    none, or not known. `drift` has what an apply would change.
    """

    name: str
    instance: str
    state: str
    cpus: int | None
    memory: str | None
    disk: str | None
    ports: tuple[str, ...]
    management: str
    declared: bool
    drift: tuple[str, ...]
    manifest: str | None = None
    created: str | None = None
    """When a throwaway VM was made, in RFC 3339; None: it is none, or that is not known."""
    age: str = ""


def rows(plan: Plan, observed: Observed, *, only_config: bool = False) -> tuple[Row, ...]:
    """Return a row for each VM of the plan and, unless `only_config`, for each orphan and unmanaged instance.

    `plan` is one of everything, without --prune; the rows are in order of name.
    """
    found = {change.instance: _of_change(change) for change in plan.changes}
    if not only_config:
        for name in (
            *map(instance_name, (*plan.orphans, *plan.unread, *plan.elsewhere, *plan.ephemerals)),
            *plan.unmanaged,
        ):
            if name not in found and name in observed.instances:
                found[name] = _of_instance(observed.instances[name], plan)
    elif any(change.desired is None for change in plan.changes):
        found = {change.instance: found[change.instance] for change in plan.changes if change.desired is not None}
    if not only_config:
        for instance in observed.instances.values():
            if base_name(instance.name) is not None and instance.name not in found:
                found[instance.name] = _of_base(instance)
    return tuple(sorted(found.values(), key=lambda row: (base_name(row.instance) is not None, row.name)))


def ls_json(table: Sequence[Row]) -> dict[str, Any]:
    """Return the document of `dvm ls --json`."""
    return {"vms": [_facts(row) | {"ports": list(row.ports), "drift": list(row.drift)} for row in table]}


def _facts(row: Row) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "age"}


def render_ls(table: Sequence[Row], *, ink: Ink = PLAIN, width: int | None = None) -> str:
    """Return the table for people. Ends with a newline.

    `width`: the terminal's columns, into which names, ports and drift are cut as far as need be; None: nothing is cut.
    """
    if not table:
        return NO_VMS
    heading = ("NAME", "STATE", "CPUS", "MEMORY", "DISK", "MANAGED", "PORTS", "DRIFT")
    cells = [_cells(row) for row in table]
    widths = [max(len(line[column]) for line in (heading, *cells)) for column in range(len(heading))]
    if width is not None:
        _fit(widths, width)
    lines = [ink.bold(_line(heading, widths))]
    last = ""
    for row, line in zip(table, cells, strict=True):
        if row.management == "base" and last != "base":
            lines.append("")
        last = row.management
        text = _line(line, widths)
        if row.state == "Broken" or row.management in {"orphan", "unmanaged", "other"}:
            text = ink.yellow(text)
        lines.append(text)
    others = [row for row in table if row.management == "other"]
    lines += ["", *(f"vm.{row.name} is managed by {visible(str(row.manifest))}" for row in others)] if others else []
    return "\n".join(lines) + "\n"


def _fit(widths: list[int], room: int) -> None:
    """Take from the widest column that may be cut, until the line fits or none may be cut any more."""
    while sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        wide = [column for column, least in _LEAST.items() if widths[column] > least]
        if not wide:
            return
        widths[max(wide, key=lambda column: widths[column])] -= 1


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(_cut(cell, width).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _cells(row: Row) -> tuple[str, ...]:
    # A port that is the same on both sides is written once, as in the manifest.
    ports = (host if host == guest else port for port in row.ports for host, _, guest in [port.partition(":")])
    known = (
        row.name,
        row.state,
        row.cpus,
        row.memory,
        row.disk,
        f"{row.management} {row.age}".rstrip(),
        ",".join(ports),
        ",".join(row.drift),
    )
    return tuple("-" if value is None or value == "" else visible(str(value)) for value in known)


def _of_change(change: ResourceChange) -> Row:
    instance = change.observed
    made_by_us = instance is not None and instance.receipt is not None
    if instance is None or (change.action is Action.CREATE and not made_by_us):
        return _row(change.instance, None, change.after or {}, "new", change)
    if change.reason == "managed_elsewhere":
        return _row(change.instance, instance, observed_attributes(instance, None), "other", change)
    if not made_by_us:
        return _row(change.instance, instance, observed_attributes(instance, None), "unmanaged", change)
    before = change.before or observed_attributes(instance, change.desired)
    return _row(change.instance, instance, before, "managed" if change.desired else "orphan", change)


def _of_instance(instance: Instance, plan: Plan) -> Row:
    name, management = vm_name(instance.name), "orphan"
    if name in plan.ephemerals:
        management = "ephemeral"
    elif instance.receipt is None:
        management = "unmanaged"
    elif name in plan.elsewhere:
        management = "other"
    elif name in plan.unread:
        management = "managed"
    row = _row(instance.name, instance, observed_attributes(instance, None), management, None)
    row = replace(row, declared=management == "managed")
    if management != "ephemeral" or instance.receipt is None:
        return row
    created = instance.receipt.created
    age = format_age((datetime.now(UTC) - created).total_seconds())
    return replace(row, created=created.isoformat().replace("+00:00", "Z"), age=age)


def _of_base(instance: Instance) -> Row:
    """A built base that the manifest declares, or that another manifest built, or that is being built."""
    return _row(instance.name, instance, observed_attributes(instance, None), "base", None)


def _row(
    name: str,
    instance: Instance | None,
    attributes: Mapping[str, Any],
    management: str,
    change: ResourceChange | None,
) -> Row:
    return Row(
        name.removeprefix(PREFIX) if vm_name(name) or base_name(name) else name,
        name,
        NOT_CREATED if instance is None else instance.shown_status,
        attributes.get("cpus"),
        written("memory", attributes.get("memory")),
        written("disk", attributes.get("disk")),
        tuple(written("ports", attributes.get("ports") or ())),
        management,
        change is not None and change.desired is not None,
        _drift(change) if change is not None else (),
        None if instance is None or instance.owner is None else str(instance.owner.path),
    )


def _drift(change: ResourceChange) -> tuple[str, ...]:
    if change.action is not Action.UPDATE and not (change.withheld or change.waits):
        return ()
    names = [each.name for each in (*change.changes, *change.withheld, *change.waiting)]
    if change.bootstraps and not any(name in IN_GUEST for name in names):
        names.append("bootstrap")
    if change.reason == PORT_NOT_FORWARDED or any("DVM316" in note for note in change.notes):
        names.append("forwards")
    if any("DVM315" in note for note in change.notes):
        names.append("egress")
    return (*names, *(["setup"] if change.scripts or change.waiting_scripts else []))
