"""Why a VM changes, boots, stops or restarts, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dvm.model.plan import RENAMED, STARTED, STOPPED, Action, Effect
from dvm.model.receipt import BOOTSTRAP_VERSION
from dvm.text import visible
from dvm.views.styles import plural

if TYPE_CHECKING:
    from dvm.model.plan import ResourceChange

_REASONS = {
    "not_found": "there is no such instance",
    "remains_of_create": "an earlier create was cut off",
    "remains_of_build": "an earlier build was cut off, or its disk changed since",
    "base_needed": "a VM is cloned from it",
    "rebuild_requested": "--rebuild-base asks for it",
    "remains_of_delete": "an earlier delete was cut off",
    "name_taken": "the instance of that name is not DVM's",
    "managed_elsewhere": "another manifest made it",
    "taken_over": "the manifest that made it is gone",
    "declared": "`dvm run` made it, and the manifest declares it now",
    "broken": "the instance is Broken",
    "waits_for_start": "what differs waits for its next start",
    "withheld": "only a replacement can change it",
    "drift": "it differs from the manifest",
    "port_not_forwarded": "declared ports are not forwarded",
    "egress_not_in_force": "its egress rule is not in force",
    "setup": "setup scripts have to run",
    "restore_work": "the work of the VM that was replaced has to be put back",
    "bootstrap": "the guest is not set up as this DVM does it",
    "replace_requested": "--replace asks for it",
    "destroy_requested": "this command asks for it",
    "orphan": "it is no longer in the manifest",
    "not_running": "it should be running",
    "should_stop": "it should not be running",
    "start_requested": "`dvm start` asks for it",
    "stop_requested": "`dvm stop` asks for it",
    "rename_requested": "`dvm mv` asks for it",
}


def title(change: ResourceChange) -> str:
    """Return what happens to a VM as the first line of its block says it."""
    return f"{visible(change.address)} {_happens(change)}"


def _happens(change: ResourceChange) -> str:  # noqa: C901, PLR0911 - one action a line
    match change.action:
        case Action.CREATE | Action.REPLACE if change.is_base:
            return "will be built" + (" anew" if change.action is Action.REPLACE else "") + cloned(change)
        case Action.CREATE:
            return "will be created" + cloned(change)
        case Action.UPDATE if change.reason == STARTED:
            return "will be started"
        case Action.UPDATE if change.reason == STOPPED:
            return "will be stopped"
        case Action.UPDATE if change.reason == RENAMED:
            return f"is vm.{visible(change.renames)} under a new name" + (" (restarts)" if change.restart else "")
        case Action.UPDATE:
            return "will be updated in place" + (" (restarts)" if change.restart else "")
        case Action.REPLACE:
            return "must be replaced" + cloned(change)
        case Action.DELETE:
            return "will be destroyed"
        case Action.NO_OP:
            if change.withheld:
                return "needs to be replaced, which has to be asked for"
            return "differs, and is left stopped" if change.waits else "does not change"


def cloned(change: ResourceChange) -> str:
    """Return what it is cloned from, as the end of a clause; nothing where it is made from its template."""
    origin = change.origin
    if origin is None:
        return ""
    name = visible(origin.base.address)
    if origin.built is None:
        return f", cloned from {name}, which is built first"
    return f", cloned from {name} (built {age(origin.built)})"


def age(moment: datetime) -> str:
    """Return how long ago a moment was: `2 days ago`, `just now`."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{plural(seconds // size, unit)} ago"
    return "just now"


def reason_text(change: ResourceChange) -> str:
    """Return the reason of a change for people; a token that is new to this view is shown as it is."""
    return _REASONS.get(change.reason, visible(change.reason.replace("_", " ")))


def effects(change: ResourceChange) -> list[tuple[str, str]]:
    """Return what Terraform has no mark for, each with why: stops, restarts, boots, bootstraps."""
    found: list[tuple[str, str]] = []
    if change.stops:
        found.append(("stops", reason_text(change) if change.reason == STOPPED else "it should not be running"))
    if change.restart:
        names = _named(change, Effect.RESTART)
        found.append(("restarts", f"Lima changes {names} of a stopped VM only" if names else reason_text(change)))
    if change.boots:
        found.append(("boots", _boots(change)))
    if change.bootstraps:
        names = _named(change, Effect.BOOTSTRAP)
        found.append(("bootstraps", f"{names} changed" if names else _bootstraps(change)))
    return found


def _bootstraps(change: ResourceChange) -> str:
    receipt = change.observed.receipt if change.observed is not None else None
    if change.action is not Action.UPDATE or receipt is None or receipt.bootstrap is None:
        return "DVM_USER and the code directory are not set up"
    if receipt.bootstrap.version < BOOTSTRAP_VERSION:
        return "this DVM sets up more in the guest than the one that made it: its firewall"
    return "what the guest is told of its network changed"


def _boots(change: ResourceChange) -> str:
    match change.action:
        case Action.CREATE | Action.REPLACE:
            return "it is set up, sealed and stopped" if change.is_base else "a new VM starts after its checks"
        case Action.UPDATE | Action.DELETE | Action.NO_OP:
            if change.reason == STARTED:
                return reason_text(change)
            names = _named(change, Effect.BOOT)
            if names and names != "running":
                return f"{names} changed"
            return "it should be running" if not change.scripts or names else "setup scripts have to run"


def _named(change: ResourceChange, effect: Effect) -> str:
    return ", ".join(visible(each.name) for each in change.changes if each.effect is effect)
