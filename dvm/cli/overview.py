"""What there is, as `ls` and `status` show it. They import this while limactl works."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dvm.cli.guest.entrance import demand_managed
from dvm.cli.manifest import manifest_or_empty
from dvm.errors import LimaError, UnknownVMError
from dvm.model.instance import Observed
from dvm.model.names import instance_name
from dvm.model.plan import PlanOptions
from dvm.observe.host import observe
from dvm.observe.ports import with_ports
from dvm.plan.build import build_plan
from dvm.plan.templates import rewritten
from dvm.state.unfinished import Unfinished
from dvm.views.json_text import render_json
from dvm.views.ls import NO_VMS, ls_json, render_ls, rows
from dvm.views.status import render_status, status_json
from dvm.views.styles import Ink, columns, use_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.lima.client import Look
    from dvm.model.manifest import Manifest
    from dvm.model.plan import Plan
    from dvm.views.ls import Row


def table(
    host: Host, path: Path | None, look: Callable[[], Look], *, only_config: bool
) -> tuple[tuple[Row, ...], LimaError | None]:
    """Return a row for each VM; where Lima can't be asked, those of the manifest, and why."""
    manifest = manifest_or_empty(host, path, readable=True)
    try:
        plan, observed = _plan_of_everything(host, manifest, look)
    except LimaError as error:
        nothing = Observed(host.lima_home, "")
        plan = build_plan(manifest, nothing, PlanOptions(offline=True), Unfinished())
        known = rows(plan, nothing, only_config=only_config)
        return tuple(replace(row, state="unknown", management="unknown") for row in known), error
    return rows(plan, observed, only_config=only_config), None


def show_table(found: Sequence[Row], problem: LimaError | None, *, json: bool) -> None:
    """Print the rows on standard output."""
    if json:
        sys.stdout.write(render_json(ls_json(found) | ({"error": problem.summary} if problem else {})))
    else:
        sys.stdout.write(render_ls(found, ink=_ink(), width=columns(sys.stdout)))


def documents(host: Host, path: Path | None, look: Callable[[], Look], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return what `status` shows of each of these VMs; with no names, of all that the manifest declares.

    Raises:
        UnknownVMError: there is no such VM. LimaError: Lima is not there, or does not answer.
    """
    manifest = manifest_or_empty(host, path, readable=True)
    plan, observed = _plan_of_everything(host, manifest, look)
    shown = {row.name: row for row in rows(plan, observed)}
    changes = {change.name: change for change in plan.changes}
    names = names or [name for name in shown if name in manifest.vms]
    if unread := [name for name in names if name not in shown and name in manifest.unread]:
        demand_managed(unread[0], None, manifest)
    if unknown := [name for name in names if name not in shown]:
        raise UnknownVMError(unknown[0], shown)
    return [
        status_json(shown[name], observed.instances.get(instance_name(name)), changes.get(name), host.state.of_vm(name))
        for name in names
    ]


def show_documents(found: Sequence[dict[str, Any]], *, json: bool, single: bool, option: str = "") -> None:
    """Print them on standard output; as JSON one (`single`) is an object, and others are a list under "vms"."""
    if json:
        sys.stdout.write(render_json(found[0] if single else {"vms": found}))
    else:
        ink = _ink()
        sys.stdout.write("\n".join(render_status(document, ink=ink, option=option) for document in found) or NO_VMS)


def _ink() -> Ink:
    return Ink(use_colour(sys.stdout, os.environ))


def _plan_of_everything(host: Host, manifest: Manifest, look: Callable[[], Look]) -> tuple[Plan, Observed]:
    """Return what an apply of everything would do, not judged by any check, and what is there.

    Raises:
        LimaError: Lima is not there, or does not answer.
    """
    observed = with_ports(host.machine, observe(look()), manifest.vms.values())
    observed, unfinished = host.with_notes(observed, manifest)
    plan = build_plan(manifest, observed, PlanOptions(), unfinished)
    # Showing what is there asks no network.
    if vms := [vm for vm in rewritten(plan) if vm.template_file is not None]:
        from dvm.cli.templates import with_unchanged_templates

        plan = with_unchanged_templates(host, plan, vms)
    return plan, observed
