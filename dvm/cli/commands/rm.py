"""`dvm rm`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.applying import carry_out
from dvm.cli.asking import ask
from dvm.cli.declaration import removal_of
from dvm.cli.guest.entrance import demand_managed, named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.line.durations import seconds_of
from dvm.cli.manifest import manifest_or_empty
from dvm.cli.plan_options import plan_options, which_vms
from dvm.cli.plan_output import show_trouble
from dvm.cli.planning import Planner
from dvm.cli.throwaway import left_over
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.lima.ssh.place import forget_instance
from dvm.model.names import instance_name
from dvm.observe.host import observe_one
from dvm.state.ephemeral import forget_cut_off, forget_ephemeral, read_ephemeral
from dvm.state.locks import locked
from dvm.views.apply_json import JsonApply
from dvm.views.tally import DESTROY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from dvm.model.instance import Instance
    from dvm.model.manifest import Manifest


def rm(
    vms: opt.SomeVMs = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Annotated[
        bool,
        typer.Option("--config", help="Take the declarations away too: vms/NAME/vm.toml, and the tables in dvm.toml."),
    ] = False,
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="All VMs that `dvm run` left.")] = False,
    discard_work: opt.DiscardWork = False,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Stop and delete VMs. Looks first for work in each guest that would be lost; a protected VM is refused.

    Where one of several is refused from the start, none is deleted. Work that is found in one guest keeps that VM, and
    those it depends on; the others are deleted, and it ends with 1.

    --config removes vms/NAME/vm.toml and the tables and keys of vm.NAME in dvm.toml, together with the comment lines
    directly above such a table. All else in that file stays as it is to the byte. A setup.sh that is still as `dvm new`
    wrote it goes too, and vms/NAME/ where nothing else is in it; what is yours in there stays, and is named.

    --ephemeral takes each VM that `dvm run` left, and none that is in use.

    Example: dvm rm risky --yes --config
    """
    host, names = Host(), list(dict.fromkeys(named(vm) for vm in vms or ()))
    if bool(names) == ephemeral or (config and ephemeral):
        raise which_vms(manifest, "Name them, or give --ephemeral alone; `dvm ls` shows all.")
    found = manifest_or_empty(host, manifest, readable=not config)
    if not host.dry_run:
        forget_cut_off(host.state)
    names = sorted(left_over(host, found)) if ephemeral else _left(host, names, found, config=config)
    for name in names:
        if config and name not in found.vms:
            # Of one that is not DVM's, the way without --config is none either.
            for instance in _instances(host, [name]).values():
                demand_managed(name, instance, found)
            raise UsageError(f"vm.{name} is not declared.", remedy=f"Without --config: dvm rm {name} --yes")
    if config:
        removal_of(found, names)  # that it can be done is known before anything is deleted
    noted = read_ephemeral(host.state, host.lima_home, found.place)
    _outlast(host, noted.intersection(names), lock_timeout)
    there = _managed(names, _instances(host, names), found, config=config, thrown=noted)
    code: int = ExitCode.DONE
    if there:
        options = plan_options(there, None, destroy=True, discard_work=discard_work)
        planner = Planner(host, manifest, options, readable=not config)
        again = " ".join(["dvm rm", *names, *["--yes"] * yes, *["--config"] * config])
        ask = None if yes else lambda: _ask(names)
        code = carry_out(
            planner, show_trouble, ask=ask, lock_timeout=lock_timeout, json=json, again=again, command=DESTROY
        )
    elif ephemeral:
        _say("No throwaway VM was left.", json=json)
    else:
        if not yes and not host.dry_run:
            _ask(names)
        _say(f"{_addresses(names)}: not created; there is nothing to delete.", json=json)
    _forget(host, noted.intersection(names))
    return _undeclare(host, manifest, found, names, code, quiet=json) if config else code


def _instances(host: Host, names: Sequence[str]) -> dict[str, Instance]:
    """Return the instances of these VMs, by VM; those that are not there are left out."""
    found = {name: observe_one(host.lima, instance_name(name)) for name in names}
    return {name: instance for name, instance in found.items() if instance is not None}


def _left(host: Host, names: list[str], found: Manifest, *, config: bool) -> list[str]:
    """Return those of several VMs that something is left of: the same command goes on where an earlier one ended."""
    if len(names) == 1:
        return names
    there = _instances(host, names)
    # One that DVM never worked on is a name that was mistyped.
    gone = [
        name
        for name in names
        if name not in there and (name not in found.vms or not config) and host.state.of_vm(name).is_dir()
    ]
    if len(gone) == len(names):
        return names
    sys.stderr.write("".join(f"vm.{name}: there is nothing to delete.\n" for name in gone))
    return [name for name in names if name not in gone]


def _managed(
    names: Sequence[str],
    there: Mapping[str, Instance],
    found: Manifest,
    *,
    config: bool,
    thrown: Collection[str],
) -> list[str]:
    """Return those of the VMs that there is something to delete of.

    Raises:
        DvmError: one is not DVM's, or not there, and only its declaration could go.
    """
    wanted = [name for name in names if name in there or not (config or name in thrown)]
    for name in wanted:
        # A throwaway VM whose create was cut off may have no receipt: what of it may go, the plan knows.
        if name in thrown:
            continue
        if name not in there and name in found.vms:
            raise DvmError(f"vm.{name} is not created: there is nothing to delete.", remedy=f"dvm rm {name} --config")
        demand_managed(name, there.get(name), found)
    return wanted


def _outlast(host: Host, thrown: Collection[str], lock_timeout: str) -> None:
    """Wait for a limactl that outlived its `dvm run`: the instance that it makes is not there yet."""
    if not thrown or host.dry_run:
        return

    def tell(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    with locked(host.state, sorted(thrown), timeout=seconds_of("--lock-timeout", lock_timeout), told=tell):
        pass


def _forget(host: Host, thrown: Collection[str]) -> None:
    """Take note that those throwaway VMs are gone that are not there any more; their logs and host keys go too."""
    if host.dry_run or not thrown:
        return
    for name in set(thrown) - _instances(host, sorted(thrown)).keys():
        # A deletion that was cut off may have left them.
        forget_instance(host.state.connections, host.lima_home / instance_name(name))
        forget_ephemeral(host.state, name, logs=True, lima_home=host.lima_home)


def _undeclare(
    host: Host, manifest: Path | None, found: Manifest, names: Sequence[str], code: int, *, quiet: bool
) -> int:
    """Take the declarations of those VMs away that are gone."""
    if host.dry_run:
        # On standard output a program reads the plan's document, and nothing behind it.
        (sys.stderr if quiet else sys.stdout).write(
            "".join(f"# {line}\n" for line in removal_of(found, names).planned())
        )
        return code
    left = {} if code == ExitCode.DONE else _instances(host, names)
    gone = [name for name in names if name not in left]
    if gone:
        # As it is now: it may have taken a while until the others were deleted.
        done = removal_of(host.manifest(manifest), gone).carry_out()
        sys.stdout.write("" if quiet else "".join(f"{_addresses(gone)}: {line}\n" for line in done))
    return code


def _say(text: str, *, json: bool) -> None:
    """Say that there is nothing to do, as an event where a program reads."""
    if json:
        JsonApply(sys.stdout).note(text)
    else:
        sys.stdout.write(f"{text}\n")


def _addresses(names: Sequence[str]) -> str:
    return ", ".join(f"vm.{name}" for name in names)


def _ask(names: Sequence[str]) -> bool:
    them = "it" if len(names) == 1 else "them"
    question = f"Destroy {_addresses(names)} and all that is in {them}? Only 'yes' will be accepted to approve: "
    if not ask(question, remedy=f"dvm rm {' '.join(names)} --yes"):
        raise DvmError("Cancelled.", detail="Nothing was changed.")
    return True
