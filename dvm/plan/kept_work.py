"""Work that is kept over a replacement: whose is archived, and who gets back what an earlier apply archived."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.diagnostics import Diagnostic, Severity
from dvm.model.instance import Status
from dvm.model.names import address
from dvm.model.plan import UNAVAILABLE, Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from dvm.model.archive import KeptWork
    from dvm.model.instance import Instance
    from dvm.model.manifest import Manifest
    from dvm.model.plan import PlanOptions, ResourceChange

RESTORE_WORK = "restore_work"
"""The reason of a change that only puts work back."""


def with_kept_work(
    changes: Iterable[ResourceChange],
    kept: Mapping[str, KeptWork],
    manifest: Manifest,
    options: PlanOptions,
    leftovers: Collection[str],
) -> tuple[list[ResourceChange], tuple[Diagnostic, ...]]:
    """Return changes with what becomes of the VMs' work, and what blocks that or should be known of it.

    `kept` is the work that is kept, by VM; `leftovers` are the VMs of which only a part is there.
    """
    found = [_with(change, kept.get(change.name), options, is_remains=change.name in leftovers) for change in changes]
    blocked = [each for change in found for each in _obstacles(change, kept.get(change.name))]
    declared = {*manifest.vms, *manifest.unread} if manifest.complete else kept.keys()
    return found, (*blocked, *_unclaimed(kept, declared))


def _with(change: ResourceChange, kept: KeptWork | None, options: PlanOptions, *, is_remains: bool) -> ResourceChange:
    vm = change.desired
    if vm is None or change.reason in UNAVAILABLE or change.action is Action.DELETE:
        return change
    waits = kept is not None and (is_remains or not kept.is_of(change.observed))
    keeps = options.keep_work and change.action is Action.REPLACE and _has_code(change.observed)
    if not waits and not keeps:
        return change
    notes = list(change.notes)
    if keeps:
        notes.append("Its code directories are archived before it is destroyed, and put into the new VM after setup.")
    elif kept is not None:
        when = "are put back after setup" if vm.config.running else "wait on the host for its first start by an apply"
        notes.append(
            f"The code directories of the VM that was replaced, archived {kept.about.made:%Y-%m-%d %H:%M} UTC, {when}."
        )
    restores = vm.config.running
    change = replace(change, keeps_work=keeps, restores_work=restores, notes=tuple(notes))
    if restores and change.action is Action.NO_OP:
        change = replace(change, action=Action.UPDATE, reason=RESTORE_WORK)
    return change


def _has_code(instance: Instance | None) -> bool:
    # Where no DVM_USER was ever made there is no code directory, and the guard looks at all there is.
    return instance is not None and instance.receipt is not None and instance.receipt.bootstrap is not None


def _obstacles(change: ResourceChange, kept: KeptWork | None) -> Iterator[Diagnostic]:
    if not change.keeps_work or change.observed is None or change.desired is None:
        return
    if kept is not None and not kept.is_of(change.observed):
        yield _error(
            change,
            "still lacks the work of its last replacement",
            f"`dvm apply {change.name}` puts it back. Then ask again.",
        )
    if change.observed.status is not Status.RUNNING and change.observed.has_work:
        yield _error(
            change, "is not running, so its work can't be archived", f"`dvm start {change.name}`, and ask again."
        )
    if not change.desired.config.running:
        yield _error(
            change,
            "is to be left stopped, so its work can't be put back",
            'Take "running = false" out of the manifest for this apply.',
        )


def _unclaimed(kept: Mapping[str, KeptWork], declared: Collection[str]) -> Iterator[Diagnostic]:
    for name in sorted(kept.keys() - set(declared)):
        yield Diagnostic(
            Severity.WARNING,
            f"The work of {address(name)}, which was being replaced, is kept, and nothing declares that VM.",
            f"Declare it and apply, or put it into another VM: dvm restore {shlex.quote(kept[name].place)} VM",
            address=address(name),
        )


def _error(change: ResourceChange, what: str, remedy: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, f"{change.address} {what}.", remedy, address=change.address)
