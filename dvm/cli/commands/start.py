"""`dvm start`."""

from __future__ import annotations

from typing import Annotated

import typer

from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.start_stop import PowerPlanner, Wanted


def start(
    vms: opt.SomeVMs = None,
    all_: Annotated[bool, typer.Option("--all", help="All managed VMs but those with running = false.")] = False,
    only_config: Annotated[bool, typer.Option("--only-config", help="With --all: only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Boot VMs, after those they depend on. Bootstrap and setup that waited for a first start are done too.

    Each instance's effective configuration is checked right before. Drift is left for an apply; a VM that is not
    created yet is not created. Unmanaged instances are never touched.

    Example: dvm start app
    """
    wanted = Wanted.of(vms, manifest, all_=all_, only_config=only_config)
    planner = PowerPlanner(Host(), manifest, plan_options(None, None), wanted=wanted)
    return planner.run(lock_timeout=lock_timeout, json=json)
