"""A base is a cache: whether VMs are cloned decides how they are made and never what they become."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.checks.gate import Verdict, judge
from dvm.lima.client import Lima
from dvm.model.choices import Run
from dvm.model.lima_config import LimaConfig
from dvm.model.manifest import DesiredBase, DesiredVM, Manifest
from dvm.model.names import base_name
from dvm.model.plan import Plan, PlanOptions
from dvm.model.template import Template
from dvm.model.vm import Base
from dvm.observe.host import observe
from dvm.plan.build import build_plan, with_bases
from dvm.plan.templates import with_templates
from dvm.state.receipts import read_receipt
from dvm.state.unfinished import read_unfinished
from tests import factories as make
from tests.properties.test_machines import STRICT, World

TEMPLATE = Template("template:fedora", declared={"images": [{"location": "/i", "digest": "sha256:0"}]})
NAMES = ("a", "b")
runs = st.sampled_from(["on-change", "once"])
bodies = st.lists(st.tuples(st.integers(0, 2), runs, st.sampled_from(["admin", "user"])), max_size=2)
low = st.tuples(st.just("low"), bodies, st.integers(0, 1))
high = st.tuples(st.just("high"), bodies, st.integers(0, 1))
vm = st.tuples(
    st.just("vm"),
    st.sampled_from(NAMES),
    st.sampled_from(["low", "high", ""]),
    bodies,
    st.fixed_dictionaries(
        {
            "user": st.sampled_from(["developer", "coder"]),
            "disk": st.sampled_from(["30GiB", "40GiB"]),
            "isolation": st.sampled_from(["strict", "standard"]),
        }
    ),
)
edits = st.one_of(
    low,
    high,
    vm,
    st.tuples(st.just("forget"), st.sampled_from(NAMES)),
    # One that is made stopped and waits for its first start has run no script yet, but for those of its base.
    st.tuples(st.just("power"), st.sampled_from(NAMES)),
    st.tuples(st.just("replace"), st.sampled_from(NAMES)),
    st.tuples(st.just("touch")),
    st.tuples(st.just("rebuild"), st.sampled_from(["low", "high"])),
)


class Bases(World):
    """A world in which bases are declared too, with images or without."""

    def __init__(self, image: bool) -> None:
        super().__init__()
        self.image = image
        self.low: tuple[Any, ...] = ("low", [], 0)
        self.high: tuple[Any, ...] = ("high", [], 0)
        self.vms: dict[str, tuple[Any, ...]] = {}

    def _scripts(self, kind: str, body: list[Any], base: str, env: dict[str, str]) -> tuple[Any, ...]:
        return tuple(
            replace(
                make.script(f"{kind}{at}", f"{STRICT}echo {kind} {at} {version}\n", run=run, **{"as": who}),
                base=base,
                env=env,
            )
            for at, (version, run, who) in enumerate(body)
        )

    def _base(self, title: str, below: DesiredBase | None) -> DesiredBase:
        _, body, version = self.low if title == "low" else self.high
        scripts = (*(below.scripts if below else ()), *self._scripts(title, body, title, {"OF": f"{title}{version}"}))
        config = Base.model_validate({"disk": "30GiB"}).model_copy(update={"setup": tuple(s.entry for s in scripts)})
        return DesiredBase(f"base.{title}", config, 2, scripts, base=below, image=self.image, title=title)

    @property
    def manifest(self) -> Manifest:
        lower = self._base("low", None)
        bases = {"low": lower, "high": self._base("high", lower)}
        vms: list[DesiredVM] = []
        for name, (_, _, base, body, config) in self.vms.items():
            below = bases.get(base)
            own = self._scripts(f"{name}-own", body, "", {"OF": name})
            made = make.desired(name, *(below.scripts if below else ()), *own, **config)
            vms.append(replace(made, base=below))
        return replace(make.manifest(*vms), bases=bases)

    def planned(self, **options: Any) -> tuple[Plan, Verdict]:
        lima, manifest = cast(Lima, self.lima), self.manifest
        seen = observe(lima)
        unfinished = read_unfinished(self.state, lima.machine.home, manifest.place, seen.instances)
        plan = build_plan(manifest, seen, PlanOptions(discard_work=True, **options), unfinished)
        plan = with_templates(plan, {each.name: TEMPLATE for each in plan.made})
        plan = with_bases(plan, manifest, seen, unfinished, dict.fromkeys(manifest.bases, TEMPLATE))
        return plan, judge(plan, manifest, seen, LimaConfig(), uid=os.geteuid(), limactl=None)

    def edit(self, what: tuple[Any, ...]) -> None:
        match what:
            case ("low", _, _):
                self.low = what
            case ("high", _, _):
                self.high = what
            case ("vm", name, *_):
                self.vms[name] = what
            case ("forget", name):
                self.vms.pop(name, None)
            case ("power", name) if name in self.vms:
                *rest, config = self.vms[name]
                self.vms[name] = (*rest, {**config, "running": not config.get("running", True)})
            case ("replace", name):
                runs = name in self.vms and self.vms[name][-1].get("running", True)
                self.converge(replace=(name,) if runs else ())
            case ("touch",):
                for machine in self.lima.machines:
                    if base_name(machine) is not None:
                        os.utime(self.lima.home / machine / "disk", ns=(1, 1))
            case ("rebuild", title) if self.image:
                self.converge(rebuild=(title,))
            case _:
                pass

    def converge(self, **options: Any) -> None:
        failures = self.apply(prune=True, **options)
        assert failures == (), [failure.summary for failure in failures]
        plan, verdict = self.planned(prune=True)
        assert not [step for step in plan.steps if not step.id.startswith("base.")], "one apply ends it"
        assert not verdict.denying

    def became(self) -> dict[str, Any]:
        """Return what each VM is: what ran in it, in which order, with which variables, and what its receipt says."""
        found = {}
        for name, machine in self.lima.machines.items():
            if base_name(name) is not None:
                continue
            receipt, problem = read_receipt(self.lima.machine.home, self.lima.home / name, name)
            assert receipt is not None, problem
            said = [(each.path, each.sha256, each.as_, each.env, each.succeeded) for each in receipt.setup]
            made = receipt.bootstrap and replace(receipt.bootstrap, ended=make.NOW)
            found[name] = (machine.guest.runs, machine.guest.saw, said, made, receipt.due, machine.running)
        return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(edits, min_size=1, max_size=8))
def test_with_images_and_without_vms_become_the_same(steps: list[tuple[Any, ...]]) -> None:
    cached, plain = Bases(image=True), Bases(image=False)
    try:
        for step in steps:
            for world in (cached, plain):
                world.edit(step)
                world.converge()
            assert cached.became() == plain.became()
        known = [m.guest.identity for name, m in cached.lima.machines.items() if base_name(name) is None and m.boots]
        started = [each for each in known if each]
        assert len(set(started)) == len(started), "no two VMs are known by the same"
    finally:
        for world in (cached, plain):
            World.teardown(world)


def test_the_property_sees_a_difference(tmp_path: Path) -> None:
    """Both worlds do what they are for: one clones, the other does not."""
    del tmp_path
    cached, plain = Bases(image=True), Bases(image=False)
    try:
        for world in (cached, plain):
            world.edit(("low", [(0, Run.ON_CHANGE, "admin")], 0))
            world.edit(("vm", "a", "low", [(1, Run.ON_CHANGE, "admin")], {"running": True}))
            world.converge()
        assert [argv[1] for argv in cached.lima.changes if argv[1] in {"create", "clone"}] == ["create", "clone"]
        assert [argv[1] for argv in plain.lima.changes if argv[1] in {"create", "clone"}] == ["create"]
        assert cached.became() == plain.became()
        plain.lima.machines["dvm-a"].guest.runs.reverse()
        assert cached.became() != plain.became()
    finally:
        for world in (cached, plain):
            World.teardown(world)
