"""From the command line's options to a plan with the results of its checks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dvm.model.instance import Observed
from dvm.model.plan import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.checks.gate import Verdict
    from dvm.cli.host import Host
    from dvm.model.manifest import Manifest
    from dvm.model.plan import Plan


class Planned(Struct, frozen=True):
    """A plan, the manifest it was made from, and what the checks said; `named` is what --manifest was given."""

    manifest: Manifest
    plan: Plan
    checks: Verdict
    named: Path | None = None

    @property
    def option(self) -> str:
        """What a command needs to work on the same manifest: ` -f PATH` where this one got it, else nothing."""
        import shlex

        return f" -f {shlex.quote(str(self.named))}" if self.named else ""

    @property
    def denied(self) -> bool:
        """Whether a check stands in the way."""
        return any(check.denies for check in self.checks)


class Planner(Struct, frozen=True):
    """Makes plans of one manifest. It only ever reads."""

    host: Host
    manifest_path: Path | None
    options: PlanOptions
    strict: bool = False

    def plan(self) -> Planned:
        """Read the manifest, look at Lima (unless offline), and judge.

        Raises:
            DvmError: of whatever could not be read.
        """
        if self.options.offline:
            from dvm.checks.gate import judge
            from dvm.model.lima_config import LimaConfig
            from dvm.plan.build import build_plan

            manifest = self.host.manifest(self.manifest_path)
            observed, marks, leftovers = Observed(self.host.lima_home, ""), dict[str, str](), frozenset[str]()
            config, limactl = LimaConfig(), None
        else:
            from dvm.cli.ahead import ahead

            with ahead(self.host, self.manifest_path) as look:
                # What takes time to import is imported from here on, while limactl works.
                manifest = self.host.manifest(self.manifest_path)
                from dvm.checks.gate import judge
                from dvm.checks.sweep import prepare_scripts
                from dvm.observe.host import observe
                from dvm.plan.build import build_plan
                from dvm.state.leftovers import read_leftovers
                from dvm.state.marks import read_marks

                wanted = self.options.targets or manifest.vms
                prepare_scripts(vm for name, vm in manifest.vms.items() if name in wanted)
                seen = look()
                self.host.lima.read_seconds = float(manifest.settings.timeouts.read)
                observed = observe(seen, self.host.lima_home)
            marks = read_marks(self.host.state, self.host.lima_home, manifest.place)
            leftovers = read_leftovers(self.host.state, self.host.lima_home, observed.instances, marks, manifest.place)
            config, limactl = self.host.lima_config(manifest.vms.values()), self.host.limactl_evidence()
        plan = build_plan(manifest, observed, self.options, marks, leftovers)
        warned = self.host.search_path.warnings if limactl is not None else ()
        checks = judge(
            plan, manifest, observed, config, uid=os.geteuid(), limactl=limactl, strict=self.strict, extra=warned
        )
        return Planned(manifest, plan, checks, self.manifest_path)

    def offline(self) -> Planner:
        """Return a planner that asks Lima nothing."""
        return replace(self, options=replace(self.options, offline=True))


def plan_options(
    targets: Sequence[str] | None,
    replaced: Sequence[str] | None,
    *,
    rerun_setup: bool = False,
    prune: bool = False,
    destroy: bool = False,
    offline: bool = False,
    discard_work: bool = False,
) -> PlanOptions:
    """Return the options as data; names may be given as addresses (`vm.app`) too.

    Raises:
        UsageError: the options contradict each other.
    """
    from dvm.errors import UsageError

    if destroy and replaced:
        raise UsageError("--destroy and --replace can't go together.", remedy="Give one of them.")
    return PlanOptions(
        tuple(_name(target) for target in targets or ()),
        tuple(_name(target) for target in replaced or ()),
        rerun_setup=rerun_setup,
        prune=prune,
        destroy=destroy,
        offline=offline,
        discard_work=discard_work,
    )


def _name(target: str) -> str:
    return target.removeprefix("vm.")
