"""`dvm graph`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.planning import Planner
from dvm.views.graph import dot, mermaid


class GraphFormat(StrEnum):
    """The language a graph is written in."""

    MERMAID = "mermaid"
    DOT = "dot"


def graph(
    vms: opt.Targets = None,
    manifest: opt.ManifestPath = None,
    offline: Annotated[bool, typer.Option("--offline", help="Against an empty host, without Lima.")] = False,
    format_: Annotated[
        GraphFormat, typer.Option("--format", metavar="LANGUAGE", help="mermaid or dot.")
    ] = GraphFormat.MERMAID,
) -> int:
    """Print the VMs, what they depend on and what an apply would do to them, as a graph.

    Example: dvm graph --format dot | dot -Tsvg >vms.svg
    """
    plan = Planner(Host(), manifest, plan_options(vms, None, offline=offline)).plan().plan
    sys.stdout.write(dot(plan) if format_ is GraphFormat.DOT else mermaid(plan))
    return 0
