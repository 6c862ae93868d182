"""`dvm egress`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dvm.cli.guest.entrance import declaration_of, demand_managed, named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.manifest import manifest_or_empty
from dvm.errors import UsageError
from dvm.model.names import instance_name
from dvm.observe.host import observe_one
from dvm.state.egress_log import read_log
from dvm.views.egress import egress_json, render_egress, render_proposal
from dvm.views.json_text import render_json
from dvm.views.styles import Ink, use_colour

Propose = Annotated[
    bool, typer.Option("--propose", help="Print the TOML lines that would allow what was denied. It grants nothing.")
]


def egress(vm: opt.VM, propose: Propose = False, manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Show which names a VM with an egress rule asked for since its boot, and what was allowed and denied.

    The log is written on the host, by the VM's proxy. What goes around the proxy is not in it: it gets nowhere.

    Example: dvm egress app --propose
    """
    if json and propose:
        raise UsageError("--json and --propose can't go together.", remedy="Give one of the two.")
    host, name = Host(), named(vm)
    found = manifest_or_empty(host, manifest, readable=True)
    instance = demand_managed(name, observe_one(host.lima, instance_name(name)), found)
    since = instance.booted
    log = read_log(host.home, instance.dir, instance.name, since or 0.0)
    if json:
        sys.stdout.write(render_json(egress_json(log, since)))
        return 0
    desired = declaration_of(name, instance, found)
    allowed = desired.allowed if desired is not None else instance.receipt and instance.receipt.allowed
    names, more = (allowed.egress, allowed.setup_egress) if allowed else ("open", ())
    if propose:
        # In the file that declares it: dvm.toml, or a vm.toml of its own.
        declared = desired.locations.get("") if desired is not None else None
        owner = instance.owner.path if instance.owner is not None else found.path
        place = str(declared.path if declared else owner)
        sys.stdout.write(render_proposal(name, names, more, log, place))
        return 0
    # What is in force, which the manifest may no longer say.
    applied = instance.receipt and instance.receipt.allowed
    if applied and applied.egress == "open" and not log.allowed and not log.denied:
        sys.stdout.write(f'vm.{name} has egress = "open": it reaches every name, and none is noted.\n')
        return 0
    sys.stdout.write(render_egress(name, log, since, ink=Ink(use_colour(sys.stdout, os.environ))))
    return 0
