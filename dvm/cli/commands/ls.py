"""`dvm ls`, which is also `dvm` alone."""

from __future__ import annotations

from typing import Annotated

from dvm.cli.host import Host
from dvm.cli.line.lazy_options import options as opt
from dvm.cli.line.lazy_options import typer
from dvm.cli.prefetch import prefetch
from dvm.errors import ExitCode


def ls(
    only_config: Annotated[bool, typer.Option("--only-config", help="Only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
) -> int:
    """Show the VMs: those of the manifest, orphans, and unmanaged dvm-* instances, which DVM never touches.

    DRIFT has what an apply would change. Without Lima it shows the manifest's VMs and ends with 1.

    Example: dvm ls
    """
    host = Host()
    with prefetch(host, manifest) as look:
        from dvm.cli.overview import show_table, table  # which takes time, while limactl works

        found, problem = table(host, manifest, look, only_config=only_config)
    show_table(found, problem, json=json)
    if problem is not None:
        raise problem
    return ExitCode.DONE
