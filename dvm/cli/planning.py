"""From the command line's options to a plan with the results of its checks."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.gate import ChecksRefusedError, approve, judge
from dvm.checks.sweep import prepare_scripts
from dvm.cli.manifest import manifest_or_empty
from dvm.cli.plan_options import manifest_option
from dvm.cli.prefetch import prefetch
from dvm.diagnostics import Diagnostic, Severity
from dvm.errors import DvmError, UnknownBaseError
from dvm.model.instance import Observed
from dvm.model.lima_config import LimaConfig
from dvm.observe.host import observe
from dvm.observe.ports import with_ports
from dvm.plan.build import build_plan, with_bases, with_changes
from dvm.plan.templates import outdated, rewritten, with_effects, with_templates
from dvm.state.unfinished import Unfinished, midway

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.checks.gate import ApprovedPlan, Verdict
    from dvm.checks.kept import KeptReviews
    from dvm.cli.host import Host
    from dvm.model.check import CheckResult
    from dvm.model.manifest import DesiredBase, DesiredVM, Manifest
    from dvm.model.plan import Plan, PlanOptions
    from dvm.model.template import Template


# A create takes limactl a moment, in which the instance shows no mark. Two seconds are many of those.
_LOOKS, _BETWEEN_LOOKS = 10, 0.2


class Planned(Struct, frozen=True):
    """A plan, the manifest it was made from, and what the checks said; `named` is what --manifest was given."""

    manifest: Manifest
    plan: Plan
    checks: Verdict
    named: Path | None = None

    @property
    def option(self) -> str:
        """What a command needs to work on the same manifest: ` -f PATH` where this one got it, else nothing."""
        return manifest_option(self.named)

    @property
    def denied(self) -> bool:
        """Whether a check blocks it."""
        return any(check.denies for check in self.checks)

    def approved(self) -> ApprovedPlan:
        """Return the plan, which was shown, as one that may be carried out.

        Raises:
            RefusedError: a check denies. DvmError: something else blocks it.
        """
        # A denial is shown before an obstacle: it is the graver one.
        try:
            approved = approve(self.plan, self.checks)
        except ChecksRefusedError as error:
            raise error.shown() from None
        if any(diagnostic.severity is Severity.ERROR for diagnostic in self.plan.diagnostics):
            raise DvmError("The plan can't be applied.", detail="What blocks it is above. Nothing was changed.")
        return approved


class Planner(Struct, frozen=True):
    """Makes plans of one manifest. It only ever reads."""

    host: Host
    manifest_path: Path | None
    options: PlanOptions
    strict: bool = False
    readable: bool = False
    """Plan with as much of the manifest as can be read: for a VM that is named to be destroyed."""
    shown: bool = False
    """Make a plan that is only shown: setup scripts in which an earlier apply found nothing are not read again."""

    def _manifest(self) -> Manifest:
        if not self.readable:
            return self.host.manifest(self.manifest_path)
        return manifest_or_empty(self.host, self.manifest_path, readable=True)

    def plan(self) -> Planned:
        """Read the manifest, look at Lima (unless offline), and judge.

        Raises:
            DvmError: of whatever could not be read.
        """
        if self.options.offline:
            manifest = self._manifest()
            observed, unfinished = Observed(self.host.lima_home, ""), Unfinished()
            config, limactl = LimaConfig(), None
        else:
            with prefetch(self.host, self.manifest_path) as look:
                manifest = self._manifest()
                wanted = self.options.targets or manifest.vms
                prepare_scripts((vm for name, vm in manifest.vms.items() if name in wanted), self._kept)
                seen = look()
                self.host.lima.read_seconds = float(manifest.settings.timeouts.read)
                observed = with_ports(self.host.machine, observe(seen), manifest.vms.values())
            observed, unfinished = self.host.with_notes(observed, manifest)
            for _ in range(_LOOKS):
                if not midway(observed, unfinished):
                    break
                time.sleep(_BETWEEN_LOOKS)
                observed = with_ports(self.host.machine, observe(self.host.lima), manifest.vms.values())
                observed, unfinished = self.host.with_notes(observed, manifest)
            rebuilt = self._rebuilt(manifest)
            config = self.host.lima_config([*manifest.vms.values(), *rebuilt])
            limactl = self.host.limactl_evidence()
        plan = build_plan(manifest, observed, self.options, unfinished)
        plan, extra, templates = self._with_templates(plan, manifest, config)
        if any(change.template_edit is not None for change in plan.changes):
            plan = with_changes(plan, plan.changes, manifest, observed, unfinished)
        plan = with_bases(plan, manifest, observed, unfinished, templates)
        plan = self._foreseen(plan)
        warned = self.host.search_path.warnings if limactl is not None else ()
        extra = (*warned, *extra, *self._images(plan))
        checks = judge(
            plan,
            manifest,
            observed,
            config,
            uid=os.geteuid(),
            limactl=limactl,
            strict=self.strict,
            extra=extra,
            kept=self._kept,
        )
        return Planned(manifest, plan, checks, self.manifest_path)

    def _images(self, plan: Plan) -> list[CheckResult]:
        """Return what is wrong with the images that limactl has downloaded, where VMs are made from them."""
        if self.options.offline or not plan.made:
            return []
        from dvm.checks.limactl import review_images
        from dvm.observe.surroundings import downloaded_images

        host = self.host
        return review_images(map(host.trusting, downloaded_images(host.environment)), os.geteuid())

    @property
    def _kept(self) -> KeptReviews:
        return self.host.kept_reviews(use=self.shown)

    def judged(self, plan: Plan, manifest: Manifest, observed: Observed) -> Planned:
        """Return a plan that makes no VM, with what the checks say of it."""
        host = self.host
        config, limactl = host.lima_config(), host.limactl_evidence()
        warned = host.search_path.warnings
        verdict = judge(plan, manifest, observed, config, uid=os.geteuid(), limactl=limactl, extra=warned)
        return Planned(manifest, plan, verdict, self.manifest_path)

    def _with_templates(
        self, plan: Plan, manifest: Manifest, config: LimaConfig
    ) -> tuple[Plan, tuple[CheckResult, ...], Mapping[str, Template]]:
        """Return the plan with what the templates bring, what the checks say of those that were fetched, and the
        templates of the bases that are built anew, by their names.

        A plan that makes no VM asks limactl nothing more.
        """
        made = [change.desired for change in plan.made if change.desired is not None]
        compared = [] if self.options.offline else [vm for vm in rewritten(plan) if vm not in made]
        rebuilt = [] if self.options.offline else self._rebuilt(manifest)
        vms = [*made, *outdated(plan), *compared, *rebuilt]
        if not vms:
            return plan, (), {}
        from dvm.cli.templates import effects, read_templates

        if self.options.offline:
            return self._offline_templates(plan, manifest, vms)
        read = read_templates(lambda: self.host.lima, vms, config)
        # What Lima does not take has no effect to compare: the change of the bytes stands.
        same = with_effects(plan, effects(self.host.lima, compared, read), read.by_vm)
        templates = {base.title: read.by_vm[base.name] for base in rebuilt if base.name in read.by_vm}
        return with_templates(same, read.by_vm, read.diagnostics), read.checks, templates

    def _rebuilt(self, manifest: Manifest) -> list[DesiredBase]:
        """Return the bases that are to be built anew.

        Raises:
            DvmError: there is no base of such a name, or none that is built.
        """
        found = []
        for name in self.options.rebuild:
            base = manifest.bases.get(name)
            if base is None:
                raise UnknownBaseError(name, sorted(manifest.bases), place=manifest.path.name)
            if not base.image:
                raise DvmError(
                    f"{base.address} is not built: it has image = false.", remedy="Its scripts run in each of its VMs."
                )
            found.append(base)
        return found

    def _foreseen(self, plan: Plan) -> Plan:
        """Return the plan with what this host can't give. One against an empty host is about another host."""
        if self.options.offline or not plan.has_changes:
            return plan
        from dvm.plan.foresight import HostFacts, driver_of, foresee

        drivers = self.host.lima.drivers() if any(map(driver_of, plan.made)) else None
        machine = self.host.machine
        found = foresee(plan, HostFacts(machine.memory(), machine.home.free(), machine.home.path, drivers))
        return replace(plan, diagnostics=(*plan.diagnostics, *found))

    def _offline_templates(
        self, plan: Plan, manifest: Manifest, vms: Sequence[DesiredVM]
    ) -> tuple[Plan, tuple[CheckResult, ...], Mapping[str, Template]]:
        """Do the same with the limactl that is there; where none can be asked, one line says so."""
        from dvm.cli.templates import read_templates

        try:
            lima = self.host.lima_in(Path("/"))
            lima.read_seconds = float(manifest.settings.timeouts.read)
            config = self.host.lima_config(vms)
            read = read_templates(lambda: lima, vms, config, unreachable=Severity.WARNING)
        except DvmError as error:
            what = f"Not checked: what the templates bring. {error.summary}"
            return replace(plan, diagnostics=(*plan.diagnostics, Diagnostic(Severity.WARNING, what))), (), {}
        return with_templates(plan, read.by_vm, read.diagnostics), read.checks, {}

    def offline(self) -> Planner:
        """Return a planner that asks Lima nothing."""
        return replace(self, options=replace(self.options, offline=True))
