"""What the walls look like from inside the simulated guest: `dvm-verify`.

A test takes walls away by `guest-walls.json` in the instance's directory: an object whose keys are a probe and who
tries it (`"mounts root"`) and whose values are what is found, or null where the probe does not come to its end. A
connection to the host's loopback is a real one, made by the simulator.
"""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process

STAGED = "guest-walls.json"
_CONNECT_SECONDS = 5.0


def verify(process: Process, args: list[str]) -> int:
    """`dvm-verify DVM_USER TOKEN FILE PORT4 PORT6 WAIT LIMITED`: answers `seen PROBE WHO VALUE` and `end PROBE WHO`."""
    user, token, _file, port, *_rest, limited = args
    if not process.machine.has_user(user):
        process.say_error(f"dvm: there is no user {user} in this guest")
        return 1
    try:
        staged: dict[str, Any] = json.loads((process.machine.dir / STAGED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        staged = {}
    usual = _usual(process, user)
    if limited == "1":
        closed = ["192.168.5.2 refused", "fec0::2 refused"]
        usual |= {f"loopback {who}": closed for who in ("root", "user", "subordinate")}
        usual |= {f"outside {who}": ["1.1.1.1 refused"] for who in ("root", "user", "subordinate")}
        usual |= {f"names {who}": [] for who in ("root", "user", "subordinate")}
    for key, values in {**usual, **staged}.items():
        if values is None:
            continue
        probe, who = key.split()
        for value in _connected(values, f"{token}-{who}", int(port)):
            process.answer("seen", probe, who, value)
        process.answer("end", probe, who)
    return 0


def _usual(process: Process, user: str) -> dict[str, list[str]]:
    memory = process.machine.memory
    sudo = memory["users"].get(user, {}).get("sudo")
    held = ["192.168.5.2 refused", "fec0::2 refused"] if memory["firewall"] == "loopback" else ["connect"]
    return {
        "mounts root": ["ext4 /", "proc /proc", "tmpfs /run", "iso9660 /mnt/lima-cidata"],
        "file root": [],
        "file user": [],
        "forwarded root": [],
        "variables root": [],
        "loopback root": ["connect"],
        "loopback user": held,
        "loopback subordinate": held,
        "sudo user": ["sudo"] if sudo else [],
        "groups user": [user],
        "engines user": [],
        "ports root": ["22", "5355"],
        "listener root": ["20022"],
    }


def _connected(values: list[str], text: str, port: int) -> list[str]:
    if values != ["connect"]:
        return values
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_CONNECT_SECONDS) as connection:
            connection.sendall(f"{text}\n".encode())
    except OSError:
        return ["192.168.5.2 refused"]
    return ["192.168.5.2 open"]
