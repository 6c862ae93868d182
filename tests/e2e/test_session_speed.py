"""`dvm ssh app -- true` is no slower than `limactl shell dvm-app true` while the connection is up."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import pytest

from tests.e2e.real_dvm import LIMACTL, RealDvm

_PAIRS = 15
_MOST = 1.0
_SETTLED_SECONDS = 65


def seconds(words: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=120)
    return time.perf_counter() - begun


def test_a_short_command_is_no_slower_than_limactl_s(real: RealDvm) -> None:
    with real.step("first apply"):
        real.vm("")
        real.converge()
    assert LIMACTL is not None
    ours = [sys.executable, "-m", "dvm", "ssh", "app", "--", "true"]
    theirs = [LIMACTL, "shell", "--tty=false", "dvm-app", "true"]
    with real.step("the first contact, and another by the long way"):
        first, long = seconds(ours, real.environment), seconds(ours, real.environment)
        seconds(theirs, real.environment)
    with real.step("everything settles, and the way is noted"):
        time.sleep(_SETTLED_SECONDS)
        seconds(ours, real.environment)
        assert (real.state / "app" / "entry").is_file()
    pairs = [(seconds(ours, real.environment), seconds(theirs, real.environment)) for _ in range(_PAIRS)]
    own, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    with real.step(
        f"dvm ssh {own:.3f} s, limactl shell {other:.3f} s, ratio {own / other:.2f}, at load {os.getloadavg()[0]:.1f}; "
        f"first contact {first:.1f} s, by the long way {long:.2f} s"
    ):
        if own > _MOST * other and not os.access("/dev/kvm", os.W_OK):
            pytest.skip(f"the ratio is {own / other:.2f}: under emulation the guest's own work outweighs the rest")
        assert own <= _MOST * other
