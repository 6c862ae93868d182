"""What git may take of this host's memory for what a guest sends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dvm.git.memory import allocation, bound
from tests.unit.git.test_relay import limits


def test_one_object_and_the_table_of_all_fit() -> None:
    assert allocation(limits(1 << 20)) == 512 << 20
    assert allocation(limits(1 << 30)) == 512 << 20
    assert allocation(limits(1 << 34)) == (1 << 26) * 128


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process")
def test_what_git_starts_is_bounded_too() -> None:
    import resource

    program = "import resource, subprocess, sys; input(); subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = "import resource; print(resource.getrlimit(resource.RLIMIT_AS)[0])"
    with subprocess.Popen(
        [sys.executable, "-c", program, child], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        bound(process.pid, limits(1 << 30))
        out, _ = process.communicate("\n", timeout=30)
    assert int(out) == (512 << 20) + 3 * (512 << 20) + (1 << 30) // 256 * 384
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != int(out), "our own memory is not"


def test_a_process_that_is_gone_is_no_failure() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    bound(process.pid, limits())
