"""Faults at a chosen call: the file that `DVM_SIM_FAULTS` names has a JSON list of rules.

A rule: `{"match": ["start", "dvm-app"], "nth": 1, "do": "fail", "exit": 1, "stderr": "...", "stdout": "...",
"seconds": 2}`. `match`: words that must all be in the arguments, each a whole one. `nth`: only that matching
call, from 1 on, counted over all processes in a file beside the rules (`.counts` at the end of its name);
absent: each. The first rule that fits is taken. `do`:

- `fail`: nothing is done; prints, exits with `exit` (1).
- `fail-after`: the work is done; prints, exits with `exit` (1).
- `garbage`: nothing is done; prints `stdout` or what is no JSON; exits 0.
- `flood`: prints `lines` (100,000) lines on stderr, then goes on.
- `delay`: sleeps `seconds`, then goes on.
- `hang`: sleeps `seconds`, forever where absent, and then fails.
- `kill-self`, `die-before`: dies by SIGKILL, nothing done. `die-after`: the same with the work done.
- `die-midway`: removes the files in `lost`, as a `delete` does one after the other, moves those of the pairs in
  `moved`, as a `rename` does, and dies by SIGKILL.
- `die-copying`, `kill-parent-copying`: a clone dies, or what called it, when all is copied but lima.yaml.
- `kill-parent-before`, `kill-parent-after`: the process that called dies by SIGKILL, before or after the
  work.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.log import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

FOR_EVER = 1e6
_copying: list[int] = []
"""Who dies while an instance is copied."""


def copying() -> None:
    """Die, if this call is to die while it copies."""
    for process in _copying:
        os.kill(process, signal.SIGKILL)


class Fault:
    """What shall go wrong in this call; a call without faults has one that does nothing."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self.rule = rule
        self.do = rule.get("do", "")

    def around(self, work: Callable[[], int]) -> int:
        """Do the work, or what shall go wrong instead; return the exit code."""
        before = self._before()
        if before is not None:
            return before
        try:
            code = work()
        except Refused:
            # A refusal is an end of the work like any other.
            if self.do in {"die-after", "kill-parent-after"}:
                self._after(1)
            raise
        sys.stdout.flush()
        return self._after(code)

    def _before(self) -> int | None:  # noqa: C901 - one fault a case
        match self.do:
            case "fail" | "garbage":
                return self._say(1 if self.do == "fail" else 0)
            case "hang":
                time.sleep(self.rule.get("seconds", FOR_EVER))
                return self._say(1)
            case "delay":
                time.sleep(self.rule.get("seconds", 1))
            case "flood":
                sys.stderr.write("the simulator floods this stream\n" * self.rule.get("lines", 100_000))
            case "die-midway":
                for path in self.rule.get("lost", ()):
                    Path(path).unlink()
                for source, target in self.rule.get("moved", ()):
                    Path(target).parent.mkdir(mode=0o700, exist_ok=True)
                    Path(source).rename(target)
                os.kill(os.getpid(), signal.SIGKILL)
            case "die-copying" | "kill-parent-copying":
                _copying[:] = [os.getpid() if self.do == "die-copying" else os.getppid()]
            case "kill-self" | "die-before":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kill-parent-before":
                os.kill(os.getppid(), signal.SIGKILL)
            case _:
                pass
        return None

    def _after(self, code: int) -> int:
        match self.do:
            case "fail-after":
                return self._say(1)
            case "die-after":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kill-parent-after":
                os.kill(os.getppid(), signal.SIGKILL)
            case _:
                pass
        return code

    def _say(self, default: int) -> int:
        garbage = "\x1b[2Jthis is not JSON {\n" if self.do == "garbage" else ""
        sys.stdout.write(self.rule.get("stdout", garbage))
        sys.stderr.write(self.rule.get("stderr", ""))
        sys.stdout.flush()
        return int(self.rule.get("exit", default))


def find_fault(argv: list[str]) -> Fault:
    """Return the fault for this call, and count the call for each rule that it matches."""
    named = os.environ.get("DVM_SIM_FAULTS")
    if not named or not Path(named).exists():
        return Fault({})
    rules: list[dict[str, Any]] = json.loads(Path(named).read_text(encoding="utf-8"))
    matching = [index for index, rule in enumerate(rules) if all(word in argv for word in rule.get("match", ()))]
    counts = _count(Path(f"{named}.counts"), matching) if matching else {}
    for index in matching:
        if rules[index].get("nth") in {None, counts[str(index)]}:
            return Fault(rules[index])
    return Fault({})


def _count(path: Path, matching: list[int]) -> dict[str, int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        counts: dict[str, int] = json.loads(file.read() or "{}")
        for index in matching:
            counts[str(index)] = counts.get(str(index), 0) + 1
        file.seek(0)
        file.truncate()
        file.write(json.dumps(counts))
    return counts
