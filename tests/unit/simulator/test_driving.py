"""What runs a simulated VM, from the moment that `limactl start` says it is up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SLOW = """
import os, sys, time
from pathlib import Path
from dvm.simulator import driving
become = os.setsid
os.setsid = lambda: (time.sleep(0.5), become())
process, port = driving.spawn(Path(sys.argv[1]), 0, fixed=False)
words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\\0")
driving.end(Path(sys.argv[1]), process)
os.waitpid(process, 0)
print(os.fsencode(Path(sys.argv[1]) / driving.PID_FILE) in words)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/cmdline"), reason="needs /proc")  # noqa: PTH110
def test_a_vm_that_was_started_is_run_by_its_driver_however_busy_the_machine_is(tmp_path: Path) -> None:
    """Who looks a moment later whose the ssh port is must not find a process that is about to become the driver."""
    done = subprocess.run(
        [sys.executable, "-c", _SLOW, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "True\n"
