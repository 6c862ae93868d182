"""Which VMs `dvm start` and `dvm stop` are about, and how they are started and stopped."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.cli.planning import Planned, Planner
from dvm.errors import ExitCode, UsageError
from dvm.model.names import address, instance_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import Manifest
    from dvm.model.plan import Step

_STOP_SECONDS = 300


class Wanted(Struct, frozen=True):
    """What was asked for: names, or all."""

    names: tuple[str, ...]
    all: bool
    only_config: bool

    @classmethod
    def of(cls, vms: Sequence[str] | None, *, all_: bool, only_config: bool) -> Wanted:
        """Return what the command line asks for.

        Raises:
            UsageError: neither names nor --all, or both.
        """
        from dvm.cli.entering import named

        if bool(vms) == all_:
            raise UsageError("Which VMs?", remedy="Name them, or give --all.")
        return cls(tuple(dict.fromkeys(named(vm) for vm in vms or ())), all_, only_config)

    def instances(self, manifest: Manifest, observed: Observed, *, starting: bool) -> dict[str, Instance]:
        """Return the managed instances by VM; a name that has none is an error, with --all it is left out.

        Raises:
            DvmError: a VM that was named is not there, or not DVM's.
        """
        from dvm.cli.entering import demand_ours

        if not self.all:
            names = _with_dependencies(self.names, manifest) if starting else self.names
            return {name: demand_ours(name, observed.instances.get(instance_name(name)), manifest) for name in names}
        from dvm.model.names import vm_name
        from dvm.model.owner import Ownership, ownership

        found: dict[str, Instance] = {}
        for instance in observed.instances.values():
            name = vm_name(instance.name)
            if name is None or instance.receipt is None:
                continue
            vm, whose = manifest.vms.get(name), ownership(instance, manifest.place)
            if whose is Ownership.OTHERS or (whose.free and vm is None):
                continue
            unwanted = starting and vm is not None and not vm.config.running
            if not unwanted and (vm is not None or not self.only_config):
                found[name] = instance
        return found

    def in_manifest(self, manifest: Manifest, *, starting: bool) -> tuple[str, ...]:
        """Return the VMs as far as they are known without asking Lima."""
        if not self.all:
            return _with_dependencies(self.names, manifest) if starting else self.names
        return tuple(name for name, vm in manifest.vms.items() if vm.config.running or not starting)


class StartPlanner(Planner, frozen=True):
    """Plans the start of VMs, in place of all that an apply would do."""

    wanted: Wanted = Wanted((), all=True, only_config=False)

    def plan(self) -> Planned:
        """Look at Lima, see which VMs are to be booted, and judge.

        Raises:
            DvmError: of whatever could not be read, or of a VM that is not there.
        """
        from msgspec.structs import replace

        from dvm.checks.gate import judge
        from dvm.cli.ahead import ahead
        from dvm.cli.looking import manifest_or_empty
        from dvm.observe.host import observe
        from dvm.plan.power import start_plan

        host = self.host
        with ahead(host, self.manifest_path) as look:
            manifest = manifest_or_empty(host, self.manifest_path)
            observed = observe(look(), host.lima_home)
        instances = self.wanted.instances(manifest, observed, starting=True)
        options = replace(self.options, targets=tuple(instances))
        plan = start_plan(manifest, observed, options, instances, seconds=start_seconds(manifest))
        # With no target the judge would look at every VM there is.
        seen = observed if instances else replace(observed, instances={})
        config, limactl = host.lima_config(), host.limactl_evidence()
        warned = host.search_path.warnings
        return Planned(
            manifest, plan, judge(plan, manifest, seen, config, uid=os.geteuid(), limactl=limactl, extra=warned)
        )


def start_seconds(manifest: Manifest) -> int:
    """Return how long Lima is to wait for a boot."""
    return int(manifest.settings.timeouts.start)


def stop(host: Host, path: Path | None, wanted: Wanted, lock_timeout: float) -> int:
    """Shut VMs down, each after those that depend on it. No check stands in the way of a stop."""
    from dvm.cli.ahead import ahead
    from dvm.cli.looking import manifest_or_empty
    from dvm.execute.scheduler import run_chains
    from dvm.observe.host import observe
    from dvm.plan.power import stop_steps
    from dvm.state.locks import locked

    with ahead(host, path) as look:
        manifest = manifest_or_empty(host, path)
        observed = observe(look(), host.lima_home)
    names = sorted(wanted.instances(manifest, observed, starting=False))
    with locked(host.state, names, timeout=lock_timeout):
        observed = observe(host.lima.look(), host.lima_home)
        there = wanted.instances(manifest, observed, starting=False)
        steps = stop_steps(manifest, ((name, there[name]) for name in names if name in there))
        for name in sorted(set(names) - {step.address.removeprefix("vm.") for step in steps}):
            _say(f"{address(name)} is stopped already.")
        failed: list[Step] = []

        def run(chain: Sequence[Step]) -> bool:
            for step in chain:
                if not _stop(host, step):
                    failed.append(step)
                    return False
            return True

        def skip(chain: Sequence[Step], because: str) -> None:
            failed.extend(chain)
            _say(f"{chain[0].address}: Left running, since {because} could not be stopped.")

        run_chains(steps, parallelism=manifest.settings.parallelism, run=run, skip=skip)
    return ExitCode.FAILED if failed else ExitCode.DONE


def _stop(host: Host, step: Step) -> bool:
    from dvm.state.journal import Journal
    from dvm.state.logs import LIMA_LOG, Log
    from dvm.text import visible

    begun = time.monotonic()
    _say(f"{step.address}: Stopping...")
    journal = Journal(host.state)
    journal.write("step_started", id=step.id, argv=step.argv)
    directory = host.state.make(host.state.of_vm(step.address.removeprefix("vm.")))
    with Log(directory / LIMA_LOG) as log:
        log.title(" ".join(step.argv))
        completed = host.lima.change(step.argv, timeout=_STOP_SECONDS, sink=log.write)
    well = completed.status == 0 and not completed.timed_out
    seconds = time.monotonic() - begun
    journal.write("step_ended", id=step.id, status="done" if well else "failed", seconds=round(seconds, 3))
    if well:
        _say(f"{step.address}: Stopped after {seconds:.0f}s")
        return True
    last = "".join(f"    {visible(line)}\n" for line in completed.tail[-5:])
    sys.stderr.write(
        f"Error: {step.address} was not stopped: limactl stop ended with status {completed.status}.\n\n"
        f"  log  {visible(str(directory / LIMA_LOG))}\n{last}\n"
        f"  `limactl stop --force {step.argv[-1]}` ends it at once.\n"
    )
    return False


def _with_dependencies(names: Sequence[str], manifest: Manifest) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting.extend(manifest.vms[name].config.depends_on if name in manifest.vms else ())
    return tuple(found)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
