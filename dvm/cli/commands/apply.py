"""`dvm apply`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.applying import carry_out
from dvm.cli.asking import ask_to_apply
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.plan_output import show
from dvm.cli.planning import Planner
from dvm.cli.saved import SUFFIX, read_saved_plan
from dvm.errors import UnknownVMError, UsageError
from dvm.manifest.paths import manifest_path
from dvm.model.names import is_name, plain_name

if TYPE_CHECKING:
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
    stream: opt.Stream = False,
    verbose: opt.Verbose = False,
    replace: opt.Replace = None,
    rerun_setup: opt.RerunSetup = False,
    prune: opt.Prune = False,
    destroy: opt.Destroy = False,
    discard_work: opt.DiscardWork = False,
    keep_work: opt.KeepWork = False,
    rebuild_base: opt.RebuildBase = None,
    strict: opt.Strict = False,
    parallelism: opt.Parallelism = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Show the plan, ask, and apply it. A saved plan is carried out as it was shown, without asking.

    An argument that has a slash in it or ends in ".plan" is a saved plan, and so is a file whose name no VM can have.
    It is refused as stale where the manifest, a setup script, or what it is about changed since it was saved.

    Exit codes: 0 done, 1 failed, 3 refused by a security check, 4 locked or stale, 130 interrupted.

    Example: dvm apply app
    """
    shown = partial(show, verbose=verbose)
    file = _plan_file(vms or [])
    if file is not None:
        if any((replace, rerun_setup, prune, destroy, discard_work, keep_work, strict, rebuild_base)):
            raise UsageError(
                "A saved plan is carried out as it is.", remedy="Give these options to `dvm plan --out` instead."
            )
        host = Host()
        saved = _read(file, manifest, host)
        planner = Planner(host, manifest, saved.options, strict=saved.strict)
        return carry_out(
            planner,
            show,
            ask=None,
            json=json,
            parallelism=parallelism,
            lock_timeout=lock_timeout,
            saved=saved,
            stream=stream,
        )
    options = plan_options(
        vms,
        replace,
        rerun_setup=rerun_setup,
        prune=prune,
        destroy=destroy,
        discard_work=discard_work,
        keep_work=keep_work,
        rebuilt=rebuild_base,
    )
    planner = Planner(Host(), manifest, options, strict=strict)
    ask = None if auto_approve else ask_to_apply
    try:
        return carry_out(
            planner, shown, ask=ask, json=json, parallelism=parallelism, lock_timeout=lock_timeout, stream=stream
        )
    except UnknownVMError as error:
        if vms and len(vms) == 1 and Path(vms[0]).is_file():
            error.remedy = f"The plan that is saved in the file of this name: dvm apply ./{vms[0]}"
        raise


def _plan_file(arguments: list[str]) -> Path | None:
    # A word that can be a VM's name is one, whatever file the current directory has of that name.
    files = [
        word
        for word in arguments
        if "/" in word or word.endswith(SUFFIX) or (not is_name(plain_name(word)) and Path(word).is_file())
    ]
    if not files:
        return None
    if len(arguments) > 1:
        raise UsageError("A saved plan goes alone.", remedy="Give one file, or names of VMs.")
    return Path(files[0]).absolute()


def _read(file: Path, manifest: Path | None, host: Host) -> SavedPlan:
    return read_saved_plan(file, manifest_path(manifest, host.environment))
