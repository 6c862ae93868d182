"""`dvm status`."""

from __future__ import annotations

import os
import sys

from dvm.cli.lazily import options as opt


def status(vm: opt.VM, manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Show one VM: its state, size, ports, user, setup scripts, drift, and where its logs are.

    Example: dvm status app
    """
    from dvm.cli.ahead import ahead
    from dvm.cli.entering import named
    from dvm.cli.host import Host

    host, name = Host(), named(vm)
    with ahead(host, manifest) as look:
        from dvm.cli.looking import manifest_or_empty, plan_of_everything

        plan, observed = plan_of_everything(host, manifest_or_empty(host, manifest, readable=True), look)
    from dvm.errors import UnknownVMError
    from dvm.model.names import instance_name
    from dvm.views.ls import rows
    from dvm.views.plan_json import render_json
    from dvm.views.status import render_status, status_json
    from dvm.views.styles import Ink, use_colour

    shown = {row.name: row for row in rows(plan, observed)}
    row = shown.get(name)
    if row is None:
        raise UnknownVMError(name, shown)
    change = next((change for change in plan.changes if change.name == name), None)
    document = status_json(row, observed.instances.get(instance_name(name)), change, host.state.of_vm(name))
    ink = Ink(use_colour(sys.stdout, os.environ))
    sys.stdout.write(render_json(document) if json else render_status(document, ink=ink))
    return 0
