"""`dvm ls`, which is also `dvm` alone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace

from dvm.cli.lazy_options import options as opt
from dvm.cli.lazy_options import typer
from dvm.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.errors import DvmError
    from dvm.views.ls import Row


def ls(
    only_config: Annotated[bool, typer.Option("--only-config", help="Only VMs of the manifest.")] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
) -> int:
    """Show the VMs: those of the manifest, orphans, and unmanaged dvm-* instances, which DVM never touches.

    DRIFT has what an apply would change. Without Lima it shows the manifest's VMs and ends with 1.

    Example: dvm ls
    """
    from dvm.cli.host import Host

    table, problem = _table(Host(), manifest, only_config=only_config)
    from dvm.views.ls import ls_json, render_ls
    from dvm.views.styles import Ink, columns, use_colour

    if json:
        from dvm.views.plan_json import render_json

        sys.stdout.write(render_json(ls_json(table) | ({"error": problem.summary} if problem else {})))
    else:
        sys.stdout.write(render_ls(table, ink=Ink(use_colour(sys.stdout, os.environ)), width=columns(sys.stdout)))
    if problem is None:
        return ExitCode.DONE
    from dvm.views.diagnostics import render_error

    sys.stdout.flush()
    sys.stderr.write(render_error(problem, ink=Ink(use_colour(sys.stderr, os.environ))))
    return ExitCode.FAILED


def _table(host: Host, path: Path | None, *, only_config: bool) -> tuple[tuple[Row, ...], DvmError | None]:
    from dvm.cli.prefetch import prefetch

    with prefetch(host, path) as look:
        from dvm.cli.survey import manifest_or_empty, plan_of_everything
        from dvm.errors import LimaError
        from dvm.model.instance import Observed
        from dvm.model.plan import PlanOptions
        from dvm.plan.build import build_plan
        from dvm.state.unfinished import Unfinished
        from dvm.views.ls import rows

        manifest = manifest_or_empty(host, path, readable=True)
        try:
            plan, observed = plan_of_everything(host, manifest, look)
        except LimaError as error:
            nothing = Observed(host.lima_home, "")
            plan = build_plan(manifest, nothing, PlanOptions(offline=True), Unfinished())
            known = rows(plan, nothing, only_config=only_config)
            return tuple(replace(row, state="unknown", management="unknown") for row in known), error
        return rows(plan, observed, only_config=only_config), None
