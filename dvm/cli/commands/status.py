"""`dvm status`."""

from __future__ import annotations

import os
import sys

from dvm.cli.lazy_options import options as opt


def status(vms: opt.SomeVMs = None, manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Show VMs: their state, size, ports, user, setup scripts, drift, and where their logs are.

    As JSON one VM is an object, and several are a list under "vms".

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
    if json:
        sys.stdout.write(render_json(documents[0] if len(documents) == 1 else {"vms": documents}))
        return 0
    ink = Ink(use_colour(sys.stdout, os.environ))
    sys.stdout.write("\n".join(render_status(document, ink=ink) for document in documents))
    return 0
