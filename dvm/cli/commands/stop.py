"""`dvm stop`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import ExitCode


def stop(
    vms: opt.SomeVMs = None,
    all_: Annotated[bool, typer.Option("--all", help="All managed VMs, orphans too.")] = False,
    only_config: Annotated[bool, typer.Option("--only-config", help="With --all: only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Shut VMs down, after those that depend on them; a Broken instance is stopped by force.

    Unmanaged dvm-* instances are shown by `dvm ls` and never touched, with or without --only-config.

    Example: dvm stop --all
    """
    from dvm.cli.durations import seconds_of
    from dvm.cli.host import Host
    from dvm.cli.power import Wanted
    from dvm.cli.power import stop as stop_vms

    host, wanted = Host(), Wanted.of(vms, all_=all_, only_config=only_config)
    if not host.dry_run:
        return stop_vms(host, manifest, wanted, seconds_of("--lock-timeout", lock_timeout))
    from dvm.cli.looking import manifest_or_empty
    from dvm.lima import calls
    from dvm.model.names import instance_name
    from dvm.views.dry_run import render_calls

    names = wanted.in_manifest(manifest_or_empty(host, manifest), starting=False)
    sys.stdout.write(render_calls(calls.stop(instance_name(name)) for name in names))
    return ExitCode.DONE
