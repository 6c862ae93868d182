"""Commands timed as whole processes, each beside what it is compared to, in turns."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """What is run. `status`: how it has to end."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    before: Callable[[], object] | None = None
    status: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds on the clock, seconds of a processor (its own and its children's), bytes at the peak."""

    wall: float
    cpu: float
    peak: int


@dataclass(slots=True)
class Series:
    """All runs of one command, in order."""

    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> list[float]:
        return [run.wall for run in self.runs]

    @property
    def cpu(self) -> list[float]:
        return [run.cpu for run in self.runs]

    @property
    def peak(self) -> int:
        return max(run.peak for run in self.runs)


@dataclass(frozen=True, slots=True)
class Spread:
    """Median with minimum and maximum."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))


def run_once(command: Command) -> Run:
    """Run a command to its end and return what it took, as the kernel counted it."""
    if command.before is not None:
        command.before()
    begun = time.perf_counter()
    process = subprocess.Popen(
        command.argv,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != command.status:
        raise SystemExit(f"{' '.join(command.argv)} ended with {process.returncode}; run it by hand to see why.")
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def in_turns(commands: Sequence[Command], runs: int) -> list[Series]:
    """Run the commands in turns, A B A B …, `runs` times each after one that does not count.

    What else the machine does then falls on all of them alike.
    """
    series = [Series() for _ in commands]
    for number in range(runs + 1):
        for command, each in zip(commands, series, strict=True):
            run = run_once(command)
            if number:
                each.runs.append(run)
    return series


def instructions(command: Command) -> int | None:
    """Return how many instructions of the processor a command takes, which other load does not change.

    None: there is no valgrind here.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    argv = (valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command.argv)
    done = subprocess.run(argv, env=command.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    for line in done.stderr.decode("utf-8", "replace").splitlines():
        if "I refs:" in " ".join(line.split()):
            return int(line.split()[-1].replace(",", ""))
    return None
