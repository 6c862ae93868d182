"""Whether an instance runs, which the real limactl asks the system's processes and the simulator a file."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from dvm.simulator.driving import PID_FILE
from dvm.simulator.home import write_whole

if TYPE_CHECKING:
    from pathlib import Path

STATE_FILE = "sim.json"
HOST_AGENT_FILE = "ha.pid"
FIRST_PID = 5_000_000
"""Host agents, of which there are none, have process ids from here on: above what any system gives out, so that
nobody is hit by a signal. A driver is a real process (`driver`).
"""


class State:
    """What `sim.json` says: whether it runs.

    `ready_at`: seconds since the epoch, when sshd will answer. `status`: forced by a test, else empty.
    `reachable`: whether ssh gets through at all.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / STATE_FILE
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            saved = {}
        self.host_agent: int = saved.get("host_agent", 0)
        self.driver: int = saved.get("driver", 0)
        self.ready_at: float = saved.get("ready_at", 0.0)
        self.status: str = saved.get("status", "")
        self.reachable: bool = saved.get("reachable", True)
        self.boots: int = saved.get("boots", 0)

    def save(self) -> None:
        """Write it whole or not at all."""
        kept = {key: value for key, value in vars(self).items() if key != "path"}
        write_whole(self.path, json.dumps(kept), mode=0o600)
        if not self.driver:
            self.path.with_name(PID_FILE).unlink(missing_ok=True)
        agent = self.path.with_name(HOST_AGENT_FILE)
        if not self.host_agent:
            agent.unlink(missing_ok=True)
        elif not agent.exists():
            # When it was written tells when the host agent began, as with the real one.
            write_whole(agent, f"{self.host_agent}\n", mode=0o600)

    def halt(self) -> None:
        """Say that neither process runs any more."""
        self.host_agent = self.driver = 0
        self.ready_at = 0.0
        self.status = ""

    @property
    def answers(self) -> bool:
        """Whether sshd in the guest answers by now."""
        return self.driver > 0 and self.reachable and time.time() >= self.ready_at
