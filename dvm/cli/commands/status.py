"""`dvm status`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

from dvm.cli.lazy_options import options as opt
from dvm.cli.lazy_options import typer

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host


def status(
    vms: opt.SomeVMs = None,
    work: Annotated[
        bool, typer.Option("--work", help="Ask the guest for the git repositories in its code directory.")
    ] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
) -> int:
    """Show VMs: their state, size, ports, user, setup scripts, drift, and where their logs are.

    With --work, the branch of each repository, how far it is from its upstream, and what is not committed: all of that
    is the guest's word. As JSON one VM is an object, and several are a list under "vms".

    Example: dvm status app
    """
    from dvm.cli.entrance import named
    from dvm.cli.host import Host
    from dvm.cli.prefetch import prefetch
    from dvm.errors import UnknownVMError, UsageError

    host, names = Host(), list(dict.fromkeys(named(vm) for vm in vms or ()))
    if not names:
        raise UsageError("Which VMs?", remedy="Name them; `dvm ls` shows all.")
    with prefetch(host, manifest) as look:
        from dvm.cli.survey import manifest_or_empty, plan_of_everything

        plan, observed = plan_of_everything(host, manifest_or_empty(host, manifest, readable=True), look)
    from dvm.model.names import instance_name
    from dvm.views.ls import rows
    from dvm.views.plan_json import render_json
    from dvm.views.status import render_status, status_json
    from dvm.views.styles import Ink, use_colour

    shown, changes = {row.name: row for row in rows(plan, observed)}, {change.name: change for change in plan.changes}
    if unknown := [name for name in names if name not in shown]:
        raise UnknownVMError(unknown[0], shown)
    documents = [
        status_json(shown[name], observed.instances.get(instance_name(name)), changes.get(name), host.state.of_vm(name))
        for name in names
    ]
    code = 0
    for document in documents if work else ():
        document["work"], failed = _work(host, document["name"], manifest)
        code = code or failed
    if json:
        sys.stdout.write(render_json(documents[0] if len(documents) == 1 else {"vms": documents}))
        return code
    ink = Ink(use_colour(sys.stdout, os.environ))
    sys.stdout.write("\n".join(render_status(document, ink=ink) for document in documents))
    return code


def _work(host: Host, name: str, manifest: Path | None) -> tuple[dict[str, Any], int]:
    """Return what the guest says of its repositories, or why it could not be asked, and the exit code."""
    from dvm.cli.entrance import enter
    from dvm.cli.guest_work import ask_for_repositories
    from dvm.errors import DvmError
    from dvm.views.work import unknown_work, work_json

    try:
        return work_json(ask_for_repositories(enter(host, name, manifest))), 0
    except DvmError as error:
        return unknown_work(error.summary), error.exit_code
