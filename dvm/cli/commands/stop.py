"""`dvm stop`."""

from __future__ import annotations

from typing import Annotated

import typer

from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.start_stop import PowerPlanner, Wanted


def stop(
    vms: opt.SomeVMs = None,
    all_: Annotated[bool, typer.Option("--all", help="All managed VMs, orphans too.")] = False,
    only_config: Annotated[bool, typer.Option("--only-config", help="With --all: only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Shut VMs down, after those that depend on them; a Broken instance is stopped by force.

    Unmanaged dvm-* instances are shown by `dvm ls` and never touched, with or without --only-config.

    Example: dvm stop --all
    """
    wanted = Wanted.of(vms, manifest, all_=all_, only_config=only_config)
    planner = PowerPlanner(Host(), manifest, plan_options(None, None), wanted=wanted, starting=False)
    return planner.run(lock_timeout=lock_timeout, json=json)
