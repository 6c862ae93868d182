"""`dvm rm`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import DvmError, ExitCode, UsageError

if TYPE_CHECKING:
    from dvm.cli.planning import Planned


def rm(
    vm: opt.VM,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Annotated[
        bool, typer.Option("--config", help="Take its declaration away too: vms/NAME/, and its tables in dvm.toml.")
    ] = False,
    discard_work: opt.DiscardWork = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Stop and delete a VM. Looks first for work in the guest that would be lost; a protected VM is refused.

    --config removes vms/NAME/ with all that is in it and the tables and keys of vm.NAME in dvm.toml, together with
    the comment lines directly above such a table. All else in that file stays as it is to the byte.

    Example: dvm rm risky --yes --config
    """
    from dvm.cli.applying import carry_out
    from dvm.cli.declaring import removal_of
    from dvm.cli.entering import demand_managed, named
    from dvm.cli.host import Host
    from dvm.cli.looking import manifest_or_empty
    from dvm.cli.planning import Planner, plan_options
    from dvm.model.names import instance_name
    from dvm.observe.host import observe_one

    host, name = Host(), named(vm)
    found = manifest_or_empty(host, manifest, readable=not config)
    if config and name not in found.vms:
        raise UsageError(f"vm.{name} is not declared.", remedy=f"Without --config: dvm rm {name} --yes")
    removal = removal_of(found, name) if config else None
    instance = observe_one(host.lima, instance_name(name))
    if instance is None and config:
        if not yes and not host.dry_run:
            _ask(name)
        sys.stdout.write(f"vm.{name} is not created; there is nothing to delete.\n")
        code: int = ExitCode.DONE
    else:
        demand_managed(name, instance, found.vms)
        options = plan_options([name], None, destroy=True, discard_work=discard_work)
        planner = Planner(host, manifest, options, readable=not config)
        ask = None if yes else lambda: _ask(name)
        again = " ".join(["dvm rm", name, *["--yes"] * yes, *["--config"] * config])
        code = carry_out(planner, _show, ask=ask, lock_timeout=lock_timeout, json=json, again=again)
    if removal is None or code != ExitCode.DONE:
        return code
    if host.dry_run:
        sys.stdout.write("".join(f"# {line}\n" for line in removal.planned()))
        return code
    done = removal.carry_out()
    sys.stdout.write("" if json else "".join(f"vm.{name}: {line}\n" for line in done))
    return code


def _ask(name: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to ask on.", detail="Nothing was changed.", remedy=f"dvm rm {name} --yes"
        )
    sys.stdout.write(f"Destroy vm.{name} and all that is in it? Only 'yes' will be accepted to approve: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "yes":
        raise DvmError("Cancelled.", detail="Nothing was changed.")
    return True


def _show(planned: Planned) -> None:
    from dvm.cli.commands.plan import show

    # What it would show of a plan that is fine is what the progress says anyway.
    if planned.denied or planned.plan.diagnostics:
        show(planned)
