"""One VM in full: `dvm status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.diff.attributes import observed_attributes
from dvm.egress.enforcer import Enforcer, enforcer
from dvm.model.choices import Firewall
from dvm.model.egress import Network
from dvm.model.instance import Status
from dvm.model.names import address, base_address
from dvm.text import visible
from dvm.views.ls import NOT_CREATED
from dvm.views.styles import PLAIN, Ink, prose
from dvm.views.typed import completed
from dvm.views.work import work_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from dvm.model.instance import Instance
    from dvm.model.plan import ResourceChange
    from dvm.model.receipt import Receipt
    from dvm.views.ls import Row


_INDENT = 13


def status_json(row: Row, instance: Instance | None, change: ResourceChange | None, logs: Path) -> dict[str, Any]:
    """Return the document of `dvm status --json`. Times are in ISO 8601, UTC; sizes as the manifest writes them."""
    receipt = instance.receipt if instance else None
    made = receipt.bootstrap if receipt else None
    return {
        "name": row.name,
        "address": address(row.name),
        "instance": row.instance,
        "state": row.state,
        "management": row.management,
        "declared": row.declared,
        "manifest": row.manifest,
        "cpus": row.cpus,
        "memory": row.memory,
        "disk": row.disk,
        "ports": list(row.ports),
        "vm_type": instance.vm_type if instance else None,
        "arch": instance.arch if instance else None,
        "protected": instance.protected if instance else None,
        "directory": str(instance.dir) if instance else None,
        "template": receipt.template if receipt else None,
        "base": _base(receipt),
        "created": _time(receipt.created if receipt else None),
        "applied": _time(receipt.applied if receipt else None),
        "egress": _egress(instance),
        "user": made.user if made else None,
        "code_dir": f"/home/{made.user}/code/{row.name}" if made else None,
        "host_loopback": _host_loopback(receipt),
        "setup": _setup(receipt),
        "drift": list(row.drift),
        "notes": list(change.notes) if change else [],
        "logs": str(logs),
        "work": None,
    }


def render_status(status: dict[str, Any], *, ink: Ink = PLAIN, option: str = "") -> str:
    """Return `status_json`'s document for people. Ends with a newline.

    `option` is what the commands in it need to work on the same manifest, with a blank in front.
    """
    return "".join(f"{line}\n" for line in _lines(status, ink, option))


def _lines(status: dict[str, Any], ink: Ink, option: str) -> Iterator[str]:
    state = status["state"]
    other = status["management"] == "other"
    management = f"managed by {visible(str(status['manifest']))}" if other else status["management"]
    yield f"{ink.bold(status['address'])}  {visible(state)}  ({management})"
    size = [f"{status['cpus']} cpus" if status["cpus"] else "", status["memory"] or "", status["disk"] or ""]
    known = {
        "instance": status["instance"],
        "size": ", ".join(part for part in size if part),
        "driver": " ".join(status[key] for key in ("vm_type", "arch") if status[key]),
        "ports": ", ".join(status["ports"]),
        "egress": _egress_text(status["egress"]),
        "user": status["user"],
        "code": status["code_dir"],
        "loopback": _loopback_text(status["host_loopback"]),
        "template": status["template"],
        "base": _base_text(status["base"]),
        "created": status["created"],
        "applied": status["applied"],
        "protected": "yes" if status["protected"] else "",
        "directory": status["directory"],
        "logs": status["logs"] if state != NOT_CREATED else "",
    }
    yield from (f"  {name:<10} {visible(str(value))}" for name, value in known.items() if value)
    for record in status["setup"]:
        yield f"  {'setup':<10} {visible(record['path'])}: {_ended(record)}"
    if status["work"]:
        yield from (f"  {'work':<10} {line}" for line in work_lines(status["work"]))
    if status["drift"]:
        shows = f"`dvm plan {visible(status['name'] + option)}` shows more"
        yield ink.yellow(f"  {'drift':<10} {', '.join(status['drift'])} ({shows})")
    for note in status["notes"]:
        first, *more = prose(completed(note, option), " " * _INDENT)
        yield f"  {'note':<10} {first.lstrip()}"
        yield from more


def _base(receipt: Receipt | None) -> dict[str, Any] | None:
    """Return the built base that a VM was cloned from; None: it was made from its template."""
    origin = receipt.origin if receipt is not None else None
    if origin is None:
        return None
    return {"address": base_address(origin.base), "instance": origin.instance, "built": _time(origin.built)}


def _base_text(base: dict[str, Any] | None) -> str:
    return "" if base is None else f"cloned from {base['address']}, built {base['built']}"


def _egress(instance: Instance | None) -> dict[str, Any] | None:
    """Return the rule as it is on the host, who holds it, and whether it is in force (None: the VM does not run)."""
    state = instance.egress if instance is not None else None
    if instance is None or state is None:
        return None
    allowed = observed_attributes(instance, None)["egress"]
    if allowed == "open":
        return {"allowed": "open", "held_by": None, "in_force": None}
    runs = instance.status is Status.RUNNING
    held_by = enforcer(instance.vm_type)
    holds = state.network is Network.SHUT if held_by is Enforcer.HOST else state.listens
    return {
        "allowed": allowed if isinstance(allowed, str) else list(allowed),
        "held_by": str(held_by),
        "in_force": holds if runs else None,
    }


def _egress_text(egress: dict[str, Any] | None) -> str:
    if egress is None:
        return ""
    if egress["held_by"] is None:
        return "open"
    allowed = egress["allowed"]
    names = allowed if isinstance(allowed, str) else ", ".join(allowed)
    held = (
        "the host (QEMU's network)" if egress["held_by"] == Enforcer.HOST else "the guest, while DVM_USER has no sudo"
    )
    return f"{names}; held by {held}{'' if egress['in_force'] is not False else ', NOT IN FORCE (DVM315)'}"


def _host_loopback(receipt: Receipt | None) -> dict[str, Any] | None:
    """Return whether the guest reaches the host's loopback, and who sees to it; None before the first bootstrap."""
    made = receipt.bootstrap if receipt else None
    if receipt is None or made is None:
        return None
    allowed = receipt.allowed
    closed = allowed is None or not allowed.host_loopback
    by_host = allowed is not None and allowed.egress != "open" and made.firewall is Firewall.OFF
    why_not = ""
    if closed and not by_host and not made.firewall_tool:
        why_not = made.firewall_missing or ("DVM_USER may use sudo" if made.sudo else "an earlier DVM bootstrapped it")
    return {
        "open": not closed,
        "enforced_by": None if not closed or why_not else "host" if by_host else "guest",
        "tool": made.firewall_tool,
        "why_not": why_not,
    }


def _loopback_text(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    if found["open"]:
        return "open to the guest"
    if found["why_not"]:
        return f"closed, but not enforced: {found['why_not']}"
    return "closed, by the host" if found["enforced_by"] == "host" else f"closed, by {found['tool']} in the guest"


def _setup(receipt: Receipt | None) -> list[dict[str, Any]]:
    return [
        {
            "path": record.path,
            "sha256": record.sha256,
            "as": str(record.as_),
            "started": _time(record.started),
            "ended": _time(record.ended),
            "exit_status": record.exit_status,
        }
        for record in (receipt.setup if receipt else ())
    ]


def _ended(record: dict[str, Any]) -> str:
    if record["ended"] is None:
        return f"was cut off (began {record['started']})"
    how = "ended well" if record["exit_status"] == 0 else f"failed with status {record['exit_status']}"
    return f"{how} {record['ended']}"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
