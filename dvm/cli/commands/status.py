"""`dvm status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from dvm.cli.guest.entrance import enter, named
from dvm.cli.host import Host
from dvm.cli.line.lazy_options import options as opt
from dvm.cli.line.lazy_options import typer
from dvm.cli.plan_options import manifest_option
from dvm.cli.prefetch import prefetch
from dvm.errors import DvmError

if TYPE_CHECKING:
    from pathlib import Path


def status(
    vms: opt.Targets = None,
    work: Annotated[
        bool, typer.Option("--work", help="Ask the guest for the git repositories in its code directory.")
    ] = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
) -> int:
    """Show VMs: their state, size, ports, user, setup scripts, drift, and where their logs are.

    With --work, the branch of each repository, how far it is from its upstream, and what is not committed: all of that
    is the guest's word. As JSON one VM that is named is an object; all else is a list under "vms".

    Example: dvm status app
    """
    host, names = Host(), list(dict.fromkeys(named(vm) for vm in vms or ()))
    with prefetch(host, manifest) as look:
        from dvm.cli.overview import documents, show_documents  # which takes time, while limactl works

        found = documents(host, manifest, look, names)
    code = 0
    for document in found if work else ():
        document["work"], failed = _work(host, document["name"], manifest)
        code = code or failed
    show_documents(found, json=json, single=len(names) == 1, option=manifest_option(manifest))
    return code


def _work(host: Host, name: str, manifest: Path | None) -> tuple[dict[str, Any], int]:
    """Return what the guest says of its repositories, or why it could not be asked, and the exit code."""
    from dvm.cli.guest.repositories import ask_for_repositories
    from dvm.views.work import unknown_work, work_json

    try:
        return work_json(ask_for_repositories(enter(host, name, manifest, "work"))), 0
    except DvmError as error:
        return unknown_work(error.summary), error.exit_code
