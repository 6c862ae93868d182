"""Twelve kill -9 at random moments of an apply; one apply after each converges, and nothing runs twice that ended.

DVM_E2E_SEED makes the moments those of an earlier run: the summary at the end shows its number.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter

from tests.e2e.real_dvm import STEPS, RealDvm
from tests.e2e.test_kill import PATIENT

SCRIPTS = ("a.sh", "b.sh", "c.sh")
SECONDS_IN_SCRIPT = 5
# What an apply has to do when it is killed: four kinds, at least four of the kills in a script that runs.
ROUNDS = (
    "create", "setup", "restart", "setup", "any", "setup", "replace", "setup", "any", "setup", "restart", "any",
)  # fmt: skip


class World:
    """A VM whose three scripts write down that they begin and end, in versions; what was killed so far."""

    def __init__(self, real: RealDvm, dice: random.Random) -> None:
        self.real = real
        self.dice = dice
        self.version = 0
        self.cpus = 1
        self.in_script = 0

    def change(self) -> None:
        """Give each script a new version: all of them are to run."""
        self.version += 1
        for name in SCRIPTS:
            what = f"{name} {self.version}"
            # Written by the script itself, as its last act: what another program wrote is there before the script ends,
            # and a kill in between would have it run again, as it should.
            say = 'say() { echo "$1"; echo "$1" >>/runs; }'
            self.real.script(name, say, f"say '{what} begins'", f"sleep {SECONDS_IN_SCRIPT}", f"say '{what} ends'")
        listed = ", ".join(f'{{ script = "{name}", as = "root" }}' for name in SCRIPTS)
        self.real.vm(f"cpus = {self.cpus}\nsetup = [{listed}]\n")

    def kill_somewhere(self, longest: float, *flags: str) -> str:
        """Kill an apply at a random moment of its first seconds; return which."""
        moment = self.dice.uniform(0.1, longest)
        with self.real.popen("apply", "-y", *PATIENT, *flags) as process:
            time.sleep(moment)
            ended = process.poll()
            process.kill()
            process.communicate(timeout=60)
        return f"{moment:.1f} s after its start" + ("" if ended is None else ", when it had ended")

    def kill_in_script(self) -> str:
        """Kill an apply at a random moment of a script that runs, of whichever of them."""
        name = self.dice.choice(SCRIPTS)
        moment = self.dice.uniform(0, SECONDS_IN_SCRIPT - 1)
        begun = f"{name} {self.version} begins"
        log = self.real.state / "app" / "setup.log"
        with self.real.popen("apply", "-y", *PATIENT) as process:
            deadline = time.monotonic() + 900
            while time.monotonic() < deadline and process.poll() is None:
                # It goes to the log at the start of its line, as what the script printed.
                if log.exists() and f"\n{begun}" in log.read_text(errors="replace"):
                    break
                time.sleep(0.02)
            time.sleep(moment)
            assert process.poll() is None, "the apply was not in the script any more"
            process.kill()
            process.communicate(timeout=60)
        assert f"{name} {self.version} ends" not in self.real.guest("cat /runs"), "the script had ended"
        self.in_script += 1
        return f"{moment:.1f} s into {name}"

    def demand_once(self) -> None:
        """See that each script of now ended once, and none ever twice."""
        counts = Counter(self.real.guest("cat /runs").splitlines())
        twice = {line: count for line, count in counts.items() if line.endswith("ends") and count > 1}
        assert not twice, counts
        for name in SCRIPTS:
            assert counts[f"{name} {self.version} ends"] == 1, counts


def test_twelve_kills_at_random_moments(real: RealDvm) -> None:
    seed = int(os.environ.get("DVM_E2E_SEED", "") or random.SystemRandom().randrange(1 << 32))
    world = World(real, random.Random(seed))
    for number, kind in enumerate(ROUNDS, 1):
        begun = time.monotonic()
        if kind == "restart":
            world.cpus = 3 - world.cpus
        world.change()
        match kind:
            case "setup":
                where = world.kill_in_script()
            case "replace":
                where = world.kill_somewhere(40, "--replace", "app", "--discard-work")
            case "create" | "restart":
                where = world.kill_somewhere(40)
            case _:
                where = world.kill_somewhere(25)
        real.converge(*PATIENT)
        world.demand_once()
        what = f"kill -9 number {number} ({kind}), {where}; one apply converged, nothing ran twice"
        STEPS.append((real.test, what, time.monotonic() - begun))
    assert world.in_script >= 4
    STEPS.append((real.test, f"seed {seed}", 0.0))
