"""How `dvm mv` gives a VM another name."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.cli.applying import carry_out
from dvm.cli.guest.entrance import demand_ours
from dvm.cli.line.durations import seconds_of
from dvm.cli.plan_output import show
from dvm.cli.planning import Planned, Planner
from dvm.cli.prefetch import prefetch
from dvm.errors import DvmError, UnknownVMError, UsageError
from dvm.execute.declaring import demand_unused, redeclaration_of
from dvm.lima.home import full
from dvm.manifest.paths import VM_DIRECTORY, manifest_path
from dvm.model.names import address, instance_name, longest_name
from dvm.observe.host import observe
from dvm.observe.ports import with_ports
from dvm.plan.rename import rename_plan
from dvm.state.kept_work import read_kept_work
from dvm.state.locks import locked
from dvm.state.renames import Renaming, read_renames
from dvm.views.tally import Command

if TYPE_CHECKING:
    from dvm.model.instance import Instance, Observed
    from dvm.model.manifest import Manifest


_RENAME = Command("Rename", "renamed", after_plan=False)


class RenamePlanner(Planner, frozen=True):
    """Plans to make VM `old` the VM `new`, in place of all that an apply would do."""

    old: str = ""
    new: str = ""

    def plan(self) -> Planned:
        """Look at Lima and at what an earlier try left, see what is to be renamed, and judge.

        Raises:
            DvmError: of what could not be read, or of names that can't be.
        """
        host = self.host
        with prefetch(host, self.manifest_path) as look:
            manifest = host.manifest(self.manifest_path)
            observed = with_ports(host.machine, observe(look()), manifest.vms.values())
        declares = self._declares(manifest)
        if declares:
            demand_unused(manifest, self.old)
            self._demand_place(manifest)
        self._demand_no_kept_work(manifest)
        renaming = self._renaming(manifest, observed, declares=declares)
        instance = observed.instances.get(instance_name(self.old))
        inside = [] if instance is None or renaming.torn else full(host.home, instance.dir)
        plan = rename_plan(manifest, observed, self.options, renaming, declares=declares, subdirectories=inside)
        return self.judged(plan, manifest, observed)

    def run(self, *, lock_timeout: str, json: bool = False) -> int:
        """Carry the plan out and return the exit code.

        Raises:
            DvmError: it could not be begun; nothing was changed.
        """
        if not self.host.dry_run:
            self._end_declaration(lock_timeout)
        again = f"dvm mv {self.old} {self.new}"
        return carry_out(self, _show, ask=None, lock_timeout=lock_timeout, json=json, again=again, command=_RENAME)

    def _end_declaration(self, lock_timeout: str) -> None:
        """Write the rest of the new name where an earlier try was cut off between two files: no plan reads the half.

        Raises:
            DvmError: a file can't be changed for certain.
        """
        place = Path(os.path.realpath(manifest_path(self.manifest_path, self.host.environment)))
        noted = read_renames(self.host.state, self.host.home, place).get(self.new)
        if noted is None or noted.old != self.old:
            return
        seconds = seconds_of("--lock-timeout", lock_timeout)
        with locked(self.host.state, [self.old, self.new], timeout=seconds, told=lambda _line: None):
            rest = redeclaration_of(place, self.old, self.new)
            if not rest.is_done:
                rest.carry_out(place, self.host.home)

    def _declares(self, manifest: Manifest) -> bool:
        """Whether the manifest still has the old name.

        Raises:
            UsageError: it has neither name, or both, or the new one is too long for Lima.
        """
        longest = longest_name(str(self.host.resolved_home))
        if len(self.new) > longest:
            raise UsageError(f'"{self.new}" is too long: Lima\'s sockets leave {longest} characters for it.')
        if self.old in manifest.vms and self.new in manifest.vms:
            raise UsageError(f"{address(self.new)} is declared already.", remedy="Choose another name.")
        if self.old not in manifest.vms and self.new not in manifest.vms:
            raise UnknownVMError(self.old, manifest.vms, place=manifest.path.name)
        return self.old in manifest.vms

    def _demand_no_kept_work(self, manifest: Manifest) -> None:
        """See that no work waits for a VM of either name: an archive is put back by the name it was taken with."""
        kept = read_kept_work(self.host.state, self.host.lima_home, manifest.place)
        for name in (self.old, self.new):
            if name in kept:
                raise DvmError(
                    f"The work of {address(name)}, which was being replaced, is kept in {kept[name].place}.",
                    detail="Nothing was changed.",
                    remedy="`dvm apply` puts it back, or removes it where the VM was not replaced. Then rename.",
                )

    def _demand_place(self, manifest: Manifest) -> None:
        place = manifest.path.parent / VM_DIRECTORY / self.new
        if os.path.lexists(place):
            raise UsageError(f"{place} is there.", detail="Nothing was changed.", remedy="Choose another name.")

    def _renaming(self, manifest: Manifest, observed: Observed, *, declares: bool) -> Renaming:
        """Return what is to be renamed, or what an earlier try wrote down and did not end.

        Raises:
            DvmError: the old instance is not DVM's, or nothing has the old name any more.
        """
        noted = read_renames(self.host.state, self.host.home, manifest.place).get(self.new)
        after = observed.instances.get(instance_name(self.new))
        if noted is not None and noted.old == self.old and not (after is not None and after.receipt is not None):
            return noted
        found = observed.instances.get(instance_name(self.old))
        instance: Instance | None = None
        if found is not None:
            instance = demand_ours(self.old, found, manifest)
        elif not declares:
            raise DvmError(
                f"Nothing has the name {address(self.old)} any more.",
                remedy=f"dvm plan {self.new}",
            )
        return Renaming.of(self.old, self.new, self.host.lima_home, manifest.place, instance)


def _show(planned: Planned) -> None:
    # What it would show of a plan that is fine is what the progress says anyway.
    if planned.denied or planned.plan.diagnostics:
        show(planned)
        sys.stdout.flush()
