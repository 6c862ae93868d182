"""The manifest and the host for commands that show what is there, whatever of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import UnreadableFileError
from dvm.model.evidence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.lima.client import Look
    from dvm.model.instance import Observed
    from dvm.model.manifest import Manifest
    from dvm.model.plan import Plan


def manifest_or_none(host: Host, path: Path | None, *, readable: bool = False) -> Manifest | None:
    """Return the manifest; None where there is none and none was asked for by name.

    `readable`: as much of it as can be read, for commands about VMs that exist. It warns of what can't.

    Raises:
        ManifestError: it has mistakes, and not all of it is `readable`.
        UnreadableFileError: it can't be read, or the one that was named does not exist.
    """
    try:
        return host.readable_manifest(path) if readable else host.manifest(path)
    except UnreadableFileError as error:
        named = path is not None or host.environment.get("DVM_MANIFEST")
        if named or error.evidence.problem is not Unreadable.MISSING:
            raise
        return None


def manifest_or_empty(host: Host, path: Path | None, *, readable: bool = False) -> Manifest:
    """Return the manifest, or one that declares nothing where there is none; `readable` as for `manifest_or_none`.

    Raises:
        ManifestError: it has mistakes, and not all of it is `readable`.
        UnreadableFileError: it can't be read, or the one that was named does not exist.
    """
    found = manifest_or_none(host, path, readable=readable)
    if found is not None:
        return found
    from dvm.manifest.paths import manifest_path
    from dvm.model.manifest import Manifest
    from dvm.model.settings import Settings

    return Manifest(manifest_path(path, host.environment), Settings(), {}, ())


def plan_of_everything(host: Host, manifest: Manifest, look: Callable[[], Look]) -> tuple[Plan, Observed]:
    """Return what an apply of everything would do, not judged by any check, and what is there.

    Raises:
        LimaError: Lima is not there, or does not answer.
    """
    from dvm.model.plan import PlanOptions
    from dvm.observe.host import observe
    from dvm.observe.ports import with_ports
    from dvm.plan.build import build_plan
    from dvm.plan.templates import rewritten

    observed = with_ports(observe(look(), host.lima_home), manifest.vms.values())
    observed, unfinished = host.with_notes(observed, manifest)
    plan = build_plan(manifest, observed, PlanOptions(), unfinished)
    # Showing what is there asks no network.
    if vms := [vm for vm in rewritten(plan) if vm.template_file is not None]:
        from dvm.cli.templates import with_unchanged_templates

        plan = with_unchanged_templates(host, plan, vms)
    return plan, observed
