"""The time and memory of a piece of work, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from tests.conftest import ROOT

_END = """
import resource, sys, time
content = sys.stdin.buffer.read()
begin = time.process_time()
answer = work(content)
used = time.process_time() - begin
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(used, memory >> (20 if sys.platform == "darwin" else 10), answer)
"""


@dataclass
class Measured:
    """Seconds of the processor's time, the most memory that the process had at a time, and what the work returned."""

    seconds: float
    mebibytes: int
    answer: str


def measure(program: str, content: bytes) -> Measured:
    """Run `work(content)` of a program; its imports count for memory and not for time.

    The shell between them is small: on Linux a program begins with the memory of the process that started it as its
    maximum, and pytest is large after a thousand tests.
    """
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", program + _END],
        input=content,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    used, memory, answer = done.stdout.decode().split(" ", 2)
    return Measured(float(used), int(memory), answer.strip())
