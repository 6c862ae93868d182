"""One VM on a Lima in memory, whose steps are carried out one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from dvm.execute.hooks import StepFailure
from dvm.execute.worker import Worker
from dvm.lima.client import Lima
from dvm.model.manifest import DesiredVM
from dvm.model.plan import PlanOptions, ResourceChange, Step, StepAction
from dvm.model.receipt import Receipt
from dvm.model.template import Template
from dvm.observe.host import observe
from dvm.plan.build import build_plan
from dvm.plan.templates import with_templates
from dvm.state.directory import StateDirectory
from dvm.state.receipts import read_receipt
from dvm.state.unfinished import read_unfinished
from tests import factories as make
from tests.places import short_place
from tests.properties.memory_lima import MemoryLima, context


class OneVM:
    """A declared VM, and the plan's change of it, whose steps a worker carries out when it is told to."""

    def __init__(self, place: Path) -> None:
        (place / "l").mkdir(parents=True)
        self.lima = MemoryLima(place / "l")
        self.state = StateDirectory(place / "s")
        self.vm = make.desired("app", disk="30GiB")
        self.output: list[bytes] = []

    def declare(self, *scripts: Any, **config: Any) -> DesiredVM:
        self.vm = make.desired("app", *scripts, disk="30GiB", **config)
        return self.vm

    def change(self, **options: Any) -> ResourceChange:
        manifest = make.manifest(self.vm)
        seen = observe(cast(Lima, self.lima))
        unfinished = read_unfinished(self.state, self.lima.machine.home, manifest.place, seen.instances)
        plan = build_plan(manifest, seen, PlanOptions(**options), unfinished)
        plan = with_templates(plan, {each.name: Template("template:fedora") for each in plan.made})
        self.steps = plan.steps
        (change,) = (each for each in plan.changes if each.name == "app")
        return change

    def worker(self, **options: Any) -> Worker:
        tools = context(self.lima, self.state)
        owner = make.manifest(self.vm).place
        return Worker(tools, self.change(**options), owner, lambda _step, chunk: self.output.append(chunk))

    def step(self, action: StepAction) -> Step:
        return next(step for step in self.steps if step.action is action)

    def apply(self, **options: Any) -> None:
        """Carry out all steps of the plan."""
        worker = self.worker(**options)
        for step in self.steps:
            worker.run(step)
        worker.finish(self.steps[-1])
        worker.close()

    def failure(self, worker: Worker, action: StepAction) -> StepFailure:
        """Carry out a step that fails; return how."""
        with pytest.raises(StepFailure) as caught:
            worker.run(self.step(action))
        worker.close()
        return caught.value

    @property
    def directory(self) -> Path:
        return self.lima.home / "dvm-app"

    @property
    def receipt(self) -> Receipt | None:
        return read_receipt(self.lima.machine.home, self.directory, "dvm-app")[0]


@pytest.fixture
def one() -> Iterator[OneVM]:
    with short_place() as place:
        yield OneVM(place)
