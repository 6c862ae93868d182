"""The host agent's logs, made again at each start: that is where Lima says of a static forward that it failed."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from dvm.simulator.record import append_line

if TYPE_CHECKING:
    from dvm.simulator.instance import Instance

LOGS = ("ha.stdout.log", "ha.stderr.log")


_REFUSED = (
    'failed to run [ssh -F /dev/null -o IdentityFile="/home/_config/user" -o BatchMode=yes -o ControlMaster=auto '
    '-o ControlPath="{socket}" -T -O forward -N -f 127.0.0.1 --]: ``: exit status 255'
)


def report_taken(instance: Instance) -> None:
    """Say which static forwards can't be bound, since another process listens there. The simulator binds none."""
    for rule in (instance.config or {}).get("portForwards") or ():
        if rule.get("static") and rule.get("hostPort") and not rule.get("ignore"):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((rule.get("hostIP") or "127.0.0.1", rule["hostPort"]))
                    probe.listen(1)
                except OSError:
                    report_dead(instance, rule["hostPort"], _REFUSED.format(socket=instance.dir / "ssh.sock"))


def report_dead(instance: Instance, port: int, error: str) -> None:
    """Write the line that Lima writes of a static forward that failed."""
    entry = {
        "error": error,
        "level": "warning",
        "msg": f"failed to set up static TCP forwarding 127.0.0.1:{port} -> 127.0.0.1:{port}",
    }
    append_line(instance.dir / "ha.stderr.log", json.dumps(entry))
