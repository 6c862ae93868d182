"""What blocks a plan, whatever the checks say."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.diagnostics import Diagnostic, Severity
from dvm.model.instance import Status
from dvm.model.plan import Action
from dvm.model.versions import is_released
from dvm.plan import change as changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dvm.model.instance import Observed
    from dvm.model.plan import PlanOptions, ResourceChange


def unreleased(observed: Observed) -> Iterator[Diagnostic]:
    """Yield a warning where limactl is no release."""
    version = observed.limactl_version
    if version and not is_released(version):
        yield Diagnostic(
            Severity.WARNING,
            f"limactl {version} is a build that no release of Lima has.",
            "DVM is tested with releases, from 2.0 on. What it reads of Lima is checked all the same.",
        )


def obstacles(planned: Sequence[ResourceChange], options: PlanOptions, manifest: Path) -> list[Diagnostic]:
    """Return why changes can't be carried out: protection, another manifest, work that nobody can look for."""
    found: list[Diagnostic] = []
    for change in planned:
        if change.renames and (options.destroy or change.name in options.replace):
            found.append(_being_renamed(change))
        if change.reason == changes.MANAGED_ELSEWHERE:
            found.append(_declared_twice(change, manifest))
            continue
        going = change.action in {Action.DELETE, Action.REPLACE} and change.reason not in changes.REMAINS
        if not going or change.observed is None:
            continue
        verb = "replaced" if change.action is Action.REPLACE else "destroyed"
        if change.observed.protected or change.is_protected:
            found.append(
                Diagnostic(
                    Severity.ERROR,
                    f"{change.address} is protected and can't be {verb}.",
                    _unprotect(change),
                    address=change.address,
                )
            )
        elif (
            change.observed.has_work
            and not (options.discard_work or change.keeps_work)
            and change.observed.status is not Status.RUNNING
        ):
            found.append(
                Diagnostic(
                    Severity.ERROR,
                    f"{change.address} is not running, so DVM can't look for work that would be lost.",
                    f"Start it (`dvm start {change.name}`) and ask again, or give --discard-work to lose it.",
                    address=change.address,
                )
            )
    return found


def _unprotect(change: ResourceChange) -> str:
    if change.is_protected:
        return "Set protect = false in the manifest, apply that, and ask again."
    if change.desired is not None:
        return f"The manifest says protect = false: apply that first (`dvm apply {change.name}`), and ask again."
    # What no manifest declares has no key to set.
    return f"Take its protection away (`limactl unprotect {change.instance}`), and ask again."


def _being_renamed(change: ResourceChange) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR,
        f"vm.{change.renames} is being renamed to {change.address}, and that was cut off.",
        f"End that first: `dvm mv {change.renames} {change.name}`.",
        address=change.address,
    )


def _declared_twice(change: ResourceChange, manifest: Path) -> Diagnostic:
    assert change.observed is not None
    assert change.observed.owner is not None
    made_by = change.observed.owner.path
    return Diagnostic(
        Severity.ERROR,
        f"{change.address} is managed by {made_by}, and {manifest} declares it too.",
        f"A VM belongs to the manifest that made it. Give the one in {manifest} another name, or destroy the other "
        f"one with its own manifest first (`dvm rm {change.name} -f {shlex.quote(str(made_by))}`). Where this one is "
        "to take its place, move that file away: then this one takes the VM over.",
        address=change.address,
    )
