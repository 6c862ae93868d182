"""`dvm rm`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import DvmError, ExitCode, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.model.manifest import Manifest


def rm(
    vm: opt.VM,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Annotated[
        bool, typer.Option("--config", help="Take its declaration away too: vms/NAME/, and its tables in dvm.toml.")
    ] = False,
    discard_work: opt.DiscardWork = False,
    manifest: opt.ManifestPath = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Stop and delete a VM. Looks first for work in the guest that would be lost; a protected VM is refused.

    --config removes vms/NAME/ with all that is in it and the tables and keys of vm.NAME in dvm.toml, together with
    the comment lines directly above such a table. All else in that file stays as it is to the byte.

    Example: dvm rm risky --yes --config
    """
    from dvm.cli.declaring import removal_of
    from dvm.cli.entering import named
    from dvm.cli.host import Host
    from dvm.cli.looking import manifest_or_empty

    host, name = Host(), named(vm)
    found = manifest_or_empty(host, manifest)
    if config and name not in found.vms:
        raise UsageError(f"vm.{name} is not declared.", remedy=f"Without --config: dvm rm {name} --yes")
    removal = removal_of(found, name) if config else None
    if host.dry_run:
        return _dry_run(name)
    code = _destroy(
        host, found, manifest, name, ask=not yes, config=config, discard_work=discard_work, lock_timeout=lock_timeout
    )
    if code == ExitCode.DONE and removal is not None:
        for line in removal.carry_out():
            sys.stdout.write(f"vm.{name}: {line}\n")
    return code


def _destroy(
    host: Host,
    found: Manifest,
    path: Path | None,
    name: str,
    *,
    ask: bool,
    config: bool,
    discard_work: bool,
    lock_timeout: str,
) -> int:
    from dvm.cli.applying import Applying
    from dvm.cli.durations import seconds_of
    from dvm.cli.entering import demand_managed
    from dvm.cli.planning import Planner, plan_options
    from dvm.model.names import instance_name
    from dvm.observe.host import observe_one
    from dvm.views.hooks import hooks_for

    seconds = seconds_of("--lock-timeout", lock_timeout)
    instance = observe_one(host.lima, instance_name(name))
    if instance is None and config:
        if ask:
            _ask(name)
        sys.stdout.write(f"vm.{name} is not created; there is nothing to delete.\n")
        return ExitCode.DONE
    demand_managed(name, instance, found.vms)
    planner = Planner(host, path, plan_options([name], None, destroy=True, discard_work=discard_work))
    hooks = hooks_for(sys.stdout, os.environ)

    def asked() -> bool:
        _ask(name)
        return True

    return Applying(planner, _show, asked if ask else None, hooks, seconds).run()


def _ask(name: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to ask on.", detail="Nothing was changed.", remedy=f"dvm rm {name} --yes"
        )
    sys.stdout.write(f"Destroy vm.{name} and all that is in it? Only 'yes' will be accepted to approve: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "yes":
        raise DvmError("Cancelled.", detail="Nothing was changed.")


def _show(planned: Planned) -> None:
    from dvm.cli.commands.plan import show

    # What it would show of a plan that is fine is what the progress says anyway.
    if planned.denied or planned.plan.diagnostics:
        show(planned)


def _dry_run(name: str) -> int:
    from dvm.lima import calls
    from dvm.model.names import instance_name
    from dvm.views.dry_run import render_calls

    sys.stdout.write("# after a look for work in the guest that would be lost\n")
    sys.stdout.write(render_calls([calls.delete(instance_name(name))]))
    return ExitCode.DONE
