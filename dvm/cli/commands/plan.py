"""`dvm plan`."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from dvm.cli.host import Host
from dvm.cli.line.lazy_options import options as opt
from dvm.cli.line.lazy_options import typer
from dvm.cli.plan_options import plan_options
from dvm.cli.plan_output import show
from dvm.cli.prefetch import prefetch
from dvm.diagnostics import Severity
from dvm.errors import ExitCode, UsageError
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.cli.planning import Planned


class Format(StrEnum):
    """How a plan is printed."""

    HUMAN = "human"
    MARKDOWN = "markdown"


def plan(
    vms: opt.Targets = None,
    manifest: opt.ManifestPath = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Save what is shown, for `dvm apply FILE` to do exactly that.",
            show_default=False,
        ),
    ] = None,
    json: opt.Json = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")
    ] = False,
    replace: opt.Replace = None,
    rerun_setup: opt.RerunSetup = False,
    prune: opt.Prune = False,
    destroy: opt.Destroy = False,
    discard_work: opt.DiscardWork = False,
    keep_work: opt.KeepWork = False,
    rebuild_base: opt.RebuildBase = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Plan against an empty host, reading no instances: for CI of a dotfiles repo."),
    ] = False,
    strict: opt.Strict = False,
    verbose: opt.Verbose = False,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.HUMAN,
) -> int:
    """Show what would change, why, and what blocks it. Changes nothing.

    Exit codes: 0 done, 1 failed, 2 changes (with --detailed-exitcode), 3 a security check denies.

    Example: dvm plan app
    """
    options = plan_options(
        vms,
        replace,
        rerun_setup=rerun_setup,
        prune=prune,
        destroy=destroy,
        offline=offline,
        discard_work=discard_work,
        keep_work=keep_work,
        rebuilt=rebuild_base,
    )
    if json and format_ is not Format.HUMAN:
        raise UsageError(f"--json and --format {format_.value} can't go together.", remedy="Give one of them.")
    if out is not None and not str(out).strip():
        raise UsageError("--out was given an empty path.", remedy="Name a file, such as vms.plan.")
    if out is not None and offline:
        raise UsageError("A plan made --offline fits no host, so it can't be saved.", remedy="Leave one of them out.")
    host = Host()
    with nullcontext() if offline else prefetch(host, manifest):
        from dvm.cli.planning import Planner  # which takes time, while limactl works

        planned = Planner(host, manifest, options, strict=strict, shown=out is None).plan()
    show(planned, json=json, markdown=format_ is Format.MARKDOWN, verbose=verbose)
    code = exit_code(planned, detailed=detailed_exitcode)
    if out is not None:
        _save(planned, host, out, code, strict=strict, verbose=verbose)
    return code


def _save(planned: Planned, host: Host, out: Path, code: int, *, strict: bool, verbose: bool) -> None:
    if code not in {ExitCode.DONE, ExitCode.CHANGES}:
        sys.stderr.write(f"Not saved to {visible(str(out))}: it can't be applied.\n")
        return
    from dvm.cli.saved import save

    path = out.absolute()
    save(planned, host, path, strict=strict, verbose=verbose)
    # Where `dvm apply` would take the word for a VM's name it gets a slash.
    word = str(out) if "/" in str(out) or out.suffix == ".plan" else f"./{out}"
    sys.stderr.write(f"Saved. To do exactly this: dvm apply {visible(shlex.quote(word) + planned.option)}\n")


def exit_code(planned: Planned, *, detailed: bool) -> int:
    """Return the exit code of a plan."""
    if planned.denied:
        return ExitCode.REFUSED
    if any(diagnostic.severity is Severity.ERROR for diagnostic in planned.plan.diagnostics):
        return ExitCode.FAILED
    return ExitCode.CHANGES if detailed and planned.plan.has_changes else ExitCode.DONE
