"""`dvm apply`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.model.units import parse_duration

if TYPE_CHECKING:
    from dvm.cli.host import Host
    from dvm.cli.planning import Planned, Planner
    from dvm.cli.saved import SavedPlan


def apply(
    vms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLANFILE | VM...]",
            help="A plan that `dvm plan --out` saved, or VMs by name; all of the manifest when none is given.",
            show_default=False,
        ),
    ] = None,
    manifest: opt.ManifestPath = None,
    auto_approve: opt.AutoApprove = False,
    json: opt.Json = False,
    replace: opt.Replace = None,
    rerun_setup: opt.RerunSetup = False,
    prune: opt.Prune = False,
    destroy: opt.Destroy = False,
    discard_work: opt.DiscardWork = False,
    strict: opt.Strict = False,
    parallelism: opt.Parallelism = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Show the plan, ask, and make it so. A saved plan is carried out as it was shown, without asking.

    An argument that has a slash in it or ends in ".plan" is a saved plan, and so is a file whose name no VM can have.
    It is refused as stale where the manifest, a setup script, or what it is about changed since it was saved.

    Exit codes: 0 done, 1 failed, 3 refused by a security check, 4 locked or stale, 130 interrupted.

    Example: dvm apply app
    """
    from dvm.cli.host import Host
    from dvm.cli.planning import Planner, plan_options

    file = _plan_file(vms or [])
    if file is not None:
        if replace or rerun_setup or prune or destroy or discard_work or strict:
            raise UsageError(
                "A saved plan is carried out as it is.", remedy="Give these options to `dvm plan --out` instead."
            )
        host = Host()
        saved = _read(file, manifest, host)
        planner = Planner(host, manifest, saved.options, strict=saved.strict)
        return carry_out(planner, ask=False, json=json, parallelism=parallelism, lock_timeout=lock_timeout, saved=saved)
    options = plan_options(
        vms, replace, rerun_setup=rerun_setup, prune=prune, destroy=destroy, discard_work=discard_work
    )
    planner = Planner(Host(), manifest, options, strict=strict)
    return carry_out(planner, ask=not auto_approve, json=json, parallelism=parallelism, lock_timeout=lock_timeout)


def _plan_file(arguments: list[str]) -> Path | None:
    from dvm.cli.saved import SUFFIX
    from dvm.model.names import is_name

    # A word that can be a VM's name is one, whatever file the current directory has of that name.
    files = [
        word
        for word in arguments
        if "/" in word or word.endswith(SUFFIX) or (not is_name(word.removeprefix("vm.")) and Path(word).is_file())
    ]
    if not files:
        return None
    if len(arguments) > 1:
        raise UsageError("A saved plan goes alone.", remedy="Give one file, or names of VMs.")
    return Path(files[0]).absolute()


def _read(file: Path, manifest: Path | None, host: Host) -> SavedPlan:
    from dvm.cli.saved import read_saved_plan
    from dvm.manifest.paths import manifest_path

    return read_saved_plan(file, manifest_path(manifest, host.environment))


def carry_out(
    planner: Planner,
    *,
    ask: bool,
    json: bool,
    parallelism: int | None,
    lock_timeout: str,
    saved: SavedPlan | None = None,
) -> int:
    """Apply what `planner` plans, or, in a dry run, show what that would run."""
    if planner.host.dry_run:
        from dvm.views.dry_run import render_dry_run

        sys.stdout.write(render_dry_run(planner.offline().plan().plan))
        return ExitCode.DONE
    if json and ask:
        raise UsageError("--json can't ask.", remedy="Give -y (--auto-approve) too.")
    seconds = _seconds(lock_timeout)
    if json:
        return _with_events(planner, parallelism, seconds, saved)
    from dvm.cli.applying import Applying, ask_on_terminal
    from dvm.cli.commands.plan import show
    from dvm.views.hooks import hooks_for

    hooks = hooks_for(sys.stdout, os.environ)
    return Applying(planner, show, ask_on_terminal if ask else None, hooks, seconds, parallelism, saved).run()


def _with_events(planner: Planner, parallelism: int | None, seconds: float, saved: SavedPlan | None) -> int:
    """Apply with one JSON event a line, errors among them."""
    from dvm.cli.applying import Applying
    from dvm.views.apply_json import JsonApply

    events = JsonApply(sys.stdout)

    def show(planned: Planned) -> None:
        events.planned(planned.plan, planned.checks)

    try:
        return Applying(planner, show, None, events, seconds, parallelism, saved).run()
    except DvmError as error:
        events.error(error)
        return error.exit_code


def _seconds(lock_timeout: str) -> float:
    try:
        return 0.0 if lock_timeout in {"0", "0s"} else float(parse_duration(lock_timeout))
    except ValueError as error:
        raise UsageError(f"--lock-timeout: {error}.") from error
