"""`dvm start`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.cli.power import Wanted


def start(
    vms: opt.SomeVMs = None,
    all_: Annotated[bool, typer.Option("--all", help="All managed VMs but those with running = false.")] = False,
    only_config: Annotated[bool, typer.Option("--only-config", help="With --all: only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Boot VMs, after those they depend on. Bootstrap and setup that waited for a first start are done too.

    Each instance's effective configuration is checked right before. Drift is left for an apply; a VM that is not
    created yet is not created. Unmanaged instances are never touched.

    Example: dvm start app
    """
    from dvm.cli.applying import Applying
    from dvm.cli.durations import seconds_of
    from dvm.cli.host import Host
    from dvm.cli.planning import plan_options
    from dvm.cli.power import StartPlanner, Wanted
    from dvm.views.hooks import hooks_for

    host, wanted = Host(), Wanted.of(vms, all_=all_, only_config=only_config)
    if host.dry_run:
        return _dry_run(host, manifest, wanted)
    planner = StartPlanner(host, manifest, plan_options(None, None), wanted=wanted)
    hooks = hooks_for(sys.stdout, os.environ)
    return Applying(planner, _show, None, hooks, seconds_of("--lock-timeout", lock_timeout)).run()


def _show(planned: Planned) -> None:
    """Say what is not done; the rest is told as it happens."""
    from dvm.views.denials import denial_lines
    from dvm.views.styles import Ink, use_colour

    acting = {step.address for step in planned.plan.steps}
    for change in planned.plan.changes:
        if change.address not in acting:
            sys.stdout.write(f"{change.address} is running already.\n")
    ink = Ink(use_colour(sys.stdout, os.environ))
    denied = [check for check in planned.checks if check.denies]
    sys.stdout.write("".join(f"{line}\n" for line in denial_lines(denied, ink)))
    sys.stdout.flush()


def _dry_run(host: Host, path: Path | None, wanted: Wanted) -> int:
    from dvm.cli.looking import manifest_or_empty
    from dvm.cli.power import start_seconds
    from dvm.lima import calls
    from dvm.model.names import address, instance_name
    from dvm.text import visible
    from dvm.views.dry_run import render_calls

    found = manifest_or_empty(host, path)
    for name in wanted.in_manifest(found, starting=True):
        sys.stdout.write(f"# {address(name)}\n")
        sys.stdout.write(render_calls([calls.start(instance_name(name), timeout=start_seconds(found))]))
        for script in found.vms[name].scripts if name in found.vms else ():
            entry = script.entry
            sys.stdout.write(f"# at its first start: setup script {visible(entry.script)} as {entry.as_}\n")
    return ExitCode.DONE
