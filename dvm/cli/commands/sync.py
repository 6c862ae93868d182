"""`dvm sync`."""

from __future__ import annotations

from typing import Annotated

import typer

from dvm.cli.applying import carry_out
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options, which_vms
from dvm.cli.plan_output import show
from dvm.cli.planning import Planner


def sync(
    vms: opt.SomeVMs = None,
    manifest: opt.ManifestPath = None,
    all_: Annotated[bool, typer.Option("--all", help="All VMs of the manifest.")] = False,
    json: opt.Json = False,
    stream: opt.Stream = False,
    strict: opt.Strict = False,
    parallelism: opt.Parallelism = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Apply for these VMs without asking. Never replaces and never destroys.

    With DVM_DRY_RUN=1 it shows the plan, then limactl's arguments and the setup scripts in order, and changes nothing.

    Example: dvm sync app
    """
    if bool(vms) == all_:
        raise which_vms(manifest, "Name them, or give --all for all of the manifest.")
    planner = Planner(Host(), manifest, plan_options(vms, None), strict=strict)
    return carry_out(
        planner, show, ask=None, json=json, parallelism=parallelism, lock_timeout=lock_timeout, stream=stream
    )
