"""What is measured, and against what."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.proxy import ProxyCost, measure_proxy
from tests.bench.terraform import terraform_plan
from tests.bench.timing import Command, Series, Spread, in_turns, instructions
from tests.bench.world import DVM, FIRST, World, changed, converged, empty, running
from tests.warm.program import Program

MIB = 1 << 20
SIDE_BY_SIDE = 8
STEP_SECONDS = "2"


@dataclass(frozen=True, slots=True)
class Measured:
    """One command beside another. `less`: seconds of the first less the second, pair by pair; `ratio` likewise."""

    name: str
    beside: str
    first: Series
    second: Series

    @property
    def less(self) -> Spread:
        return Spread.of([a - b for a, b in zip(self.first.wall, self.second.wall, strict=True)])

    @property
    def ratio(self) -> Spread:
        return Spread.of([a / b for a, b in zip(self.first.wall, self.second.wall, strict=True)])


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured. `plans` and `terraform` are by number of VMs; `instructions` by command."""

    starts: list[Measured]
    plans: dict[int, Measured]
    changed: Measured
    terraform: dict[int, Series]
    session: Measured
    proxy: ProxyCost
    apply: Measured | None
    instructions: dict[str, int]

    @property
    def each_vm(self) -> Spread:
        """Seconds that DVM takes for each VM beyond the first, limactl's taken off."""
        least, most = min(self.plans), max(self.plans)
        one, many = self.plans[least].less, self.plans[most].less
        count = most - least
        return Spread(
            (many.median - one.median) / count, (many.least - one.most) / count, (many.most - one.least) / count
        )

    @property
    def peak(self) -> int:
        return self.plans[max(self.plans)].first.peak


def measure(place: Path, *, runs: int, sizes: list[int], apply_runs: int) -> Results:
    """Measure everything; `place` is an empty directory, to be removed by the caller."""
    worlds = {count: converged(_made(place / f"w{count}"), count) for count in sizes}
    one = worlds[min(sizes)]
    starts = list(_starts(one, runs))
    plans = {count: _plan(world, count, runs) for count, world in worlds.items()}
    peers = {count: terraform_plan(_made(place / f"t{count}"), count, runs) for count in sizes}
    return Results(
        starts,
        plans,
        _plan(changed(_made(place / "changed")), 1, runs, what="one changed attribute and script"),
        {count: series for count, series in peers.items() if series is not None},
        _session(running(_made(place / "running")), _made(place / "ssh"), runs),
        _proxy(place),
        _apply_ready(place, apply_runs) if apply_runs else None,
        dict(_instructions(worlds)),
    )


def _starts(world: World, runs: int) -> Iterator[Measured]:
    bare = _command(world, sys.executable, "-c", "pass")
    for words in (("version",), ("--help",), ("ls",)):
        _say(f"dvm {words[0]}")
        first, second = in_turns([_command(world, DVM, *words), bare], runs)
        yield Measured(f"dvm {words[0]}", "python -c pass", first, second)


def _plan(world: World, count: int, runs: int, what: str = "") -> Measured:
    _say(f"dvm plan, {count} VMs {what}".rstrip())
    plan, listing = _command(world, DVM, "plan"), _command(world, world.limactl, "list", "--json")
    return Measured("dvm plan", "limactl list --json", *in_turns([plan, listing], runs))


def _session(world: World, place: Path, runs: int) -> Measured:
    """A session, the connection of which is up; its ssh is a simulated one that is up already (see `_apply_ready`)."""
    _say("dvm ssh")
    ssh = Program("dvm.simulator.ssh", place, dict(os.environ))
    ssh.write_executable(world.place / "ssh")
    direct = _command(world, world.limactl, "shell", "--tty=false", f"dvm-{FIRST}", "true")
    session = _command(world, DVM, "ssh", FIRST, "--", "true")
    try:
        return Measured("dvm ssh", "limactl shell", *in_turns([session, direct], runs))
    finally:
        ssh.close()


def _proxy(place: Path) -> ProxyCost:
    _say("the proxy of a VM")
    return measure_proxy(_made(place / "proxy"))


def _apply_ready(place: Path, runs: int) -> Measured:
    """On a simulator that is up already, as quick to start as a real limactl.

    A Python process takes four times as long; where eight VMs are applied side by side on a few cores, that, and not
    DVM, would be what is measured.
    """
    simulator = Program("dvm.simulator.__main__", place, dict(os.environ))
    simulator.write_executable(place / "limactl")
    try:
        return _apply(place, str(place / "limactl"), runs)
    finally:
        simulator.close()


def _apply(place: Path, limactl: str, runs: int) -> Measured:
    """Create VMs on the simulator, each step of which takes two seconds: eight side by side, and one alone.

    The first of an image is created before the others, which is one step more for the eight.
    """
    _say(f"dvm apply, {SIDE_BY_SIDE} VMs side by side")
    commands: list[Command] = []
    for count in (SIDE_BY_SIDE, 1):
        world = empty(_made(place / f"a{count}"), count)
        world.limactl = limactl
        world.more = {"DVM_SIM_DELAY": STEP_SECONDS}

        def fresh(world: World = world) -> None:
            shutil.rmtree(world.place / "l")
            (world.place / "l").mkdir(mode=0o700)

        argv = (DVM, "apply", "--auto-approve", "--parallelism", str(SIDE_BY_SIDE))
        commands.append(Command(argv, world.environment, before=fresh))
    return Measured("dvm apply, 8 VMs", "dvm apply, 1 VM", *in_turns(commands, runs))


def _instructions(worlds: dict[int, World]) -> Iterator[tuple[str, int]]:
    one = worlds[min(worlds)]
    asked = [("python -c pass", one, ("-c", "pass")), ("dvm version", one, (DVM, "version"))]
    asked += [("dvm --help", one, (DVM, "--help")), ("dvm ls, 1 VM", one, (DVM, "ls"))]
    asked += [(f"dvm plan, {count} VM", world, (DVM, "plan")) for count, world in worlds.items()]
    for name, world, words in asked:
        _say(f"instructions of {name}")
        count = instructions(_command(world, sys.executable, *words))
        if count is None:
            return
        yield name, count


def _command(world: World, *argv: str) -> Command:
    return Command(argv, world.environment)


def _made(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path


def _say(what: str) -> None:
    sys.stderr.write(f"measuring {what} …\n")
