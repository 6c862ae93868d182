"""Which VMs `dvm start` and `dvm stop` are about, and how they are started and stopped."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.cli.applying import carry_out
from dvm.cli.guest.entrance import demand_ours, named
from dvm.cli.manifest import manifest_or_empty
from dvm.cli.plan_options import which_vms
from dvm.cli.planning import Planned, Planner
from dvm.cli.prefetch import prefetch
from dvm.errors import DvmError
from dvm.model.names import address, instance_name, vm_name
from dvm.model.owner import Ownership, ownership
from dvm.observe.host import observe
from dvm.observe.ports import with_ports
from dvm.plan.power import start_plan, stop_plan
from dvm.views.denials import denial_lines
from dvm.views.styles import Ink, use_colour
from dvm.views.tally import Command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import Manifest


_START = Command("Start", "started", after_plan=False)
_STOP = Command("Stop", "stopped", after_plan=False)


class Wanted(Struct, frozen=True):
    """What was asked for: names, or all."""

    names: tuple[str, ...]
    all: bool
    only_config: bool

    @classmethod
    def of(cls, vms: Sequence[str] | None, named_manifest: Path | None, *, all_: bool, only_config: bool) -> Wanted:
        """Return what the command line asks for.

        Raises:
            UsageError: neither names nor --all, or both.
        """
        if bool(vms) == all_:
            raise which_vms(named_manifest, "Name them, or give --all.")
        return cls(tuple(dict.fromkeys(named(vm) for vm in vms or ())), all_, only_config)

    def instances(self, manifest: Manifest, observed: Observed, *, starting: bool) -> dict[str, Instance]:
        """Return the managed instances by VM; a name that has none is an error, with --all it is left out.

        Raises:
            DvmError: a VM that was named is not there, or not DVM's.
        """
        if not self.all:
            names = _with_dependencies(self.names, manifest) if starting else self.names
            there = {name: observed.instances.get(instance_name(name)) for name in names}
            if not starting and (
                missing := next((name for name in names if name in manifest.vms and not there[name]), "")
            ):
                raise DvmError(f"{address(missing)} is not created yet: there is nothing to stop.")
            return {name: demand_ours(name, there[name], manifest) for name in names}
        if self.only_config and not manifest.complete:
            raise DvmError(
                "The manifest can't be read so far that it is sure which VMs it declares.",
                detail="Nothing was changed.",
                remedy="Fix what `dvm validate` shows, or name the VMs.",
            )

        found: dict[str, Instance] = {}
        for instance in observed.instances.values():
            name = vm_name(instance.name)
            if name is None or instance.receipt is None:
                continue
            vm, whose = manifest.vms.get(name), ownership(instance, manifest.place)
            # One with a mistake is declared all the same.
            declared = vm is not None or name in manifest.unread
            if whose is Ownership.OTHERS or (whose.free and not declared):
                continue
            unwanted = starting and vm is not None and not vm.config.running
            if not unwanted and (declared or not self.only_config):
                found[name] = instance
        return found


class PowerPlanner(Planner, frozen=True):
    """Plans to start VMs, or to stop them, in place of all that an apply would do."""

    wanted: Wanted = Wanted((), all=True, only_config=False)
    starting: bool = True

    def plan(self) -> Planned:
        """Look at Lima, see which VMs are to be booted or shut down, and judge.

        Raises:
            DvmError: of whatever could not be read, or of a VM that is not there.
        """
        host = self.host
        with prefetch(host, self.manifest_path) as look:
            manifest = manifest_or_empty(host, self.manifest_path, readable=not self.starting)
            observed = observe(look())
            if self.starting:
                observed = with_ports(host.machine, observed, manifest.vms.values())
        instances = self.wanted.instances(manifest, observed, starting=self.starting)
        options = replace(self.options, targets=tuple(instances))
        if self.starting:
            plan = start_plan(manifest, observed, options, instances, seconds=start_seconds(manifest))
        else:
            plan = stop_plan(manifest, observed, options, instances)
        # With no target the judge would look at every VM there is.
        seen = observed if instances else replace(observed, instances={})
        return self.judged(plan, manifest, seen)

    def run(self, *, lock_timeout: str, json: bool = False) -> int:
        """Carry the plan out and return the exit code.

        Raises:
            DvmError: it could not be begun; nothing was changed.
        """
        words = ["dvm", "start" if self.starting else "stop", *(self.wanted.names or ["--all"])]
        words += ["--only-config"] * self.wanted.only_config
        return carry_out(
            self,
            self._show,
            ask=None,
            lock_timeout=lock_timeout,
            json=json,
            again=" ".join(words),
            command=_START if self.starting else _STOP,
        )

    def _show(self, planned: Planned) -> None:
        """Say what is not done; the rest is told as it happens."""
        acting = {step.address for step in planned.plan.steps}
        is_so = "is running already" if self.starting else "is stopped already"
        for change in planned.plan.changes:
            if change.address not in acting:
                sys.stdout.write(f"{change.address} {is_so}.\n")
        ink = Ink(use_colour(sys.stdout, os.environ))
        denied = [check for check in planned.checks if check.denies]
        sys.stdout.write("".join(f"{line}\n" for line in denial_lines(denied, ink, planned.option)))
        sys.stdout.flush()


def start_seconds(manifest: Manifest) -> int:
    """Return how long Lima is to wait for a boot."""
    return int(manifest.settings.timeouts.start)


def _with_dependencies(names: Sequence[str], manifest: Manifest) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting.extend(manifest.vms[name].config.depends_on if name in manifest.vms else ())
    return tuple(found)
