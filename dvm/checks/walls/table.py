"""All walls: one row each, with when it is promised and what judges it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dvm.checks.walls import guest, host
from dvm.model.wall import WallCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dvm.checks.walls.evidence import Evidence, Promise
    from dvm.checks.walls.finding import WallResult


class Wall(Struct, frozen=True):
    """A wall: its name, whether it is promised, and what judges it in one or more ways."""

    name: str
    promised: Callable[[Promise], bool]
    judge: Callable[[Evidence], Iterable[WallResult]]


def _always(_promise: Promise) -> bool:
    return True


def _no_sudo(promise: Promise) -> bool:
    return not promise.sudo


def _no_auto_ports(promise: Promise) -> bool:
    return not promise.allowed.auto_ports


def _loopback(promise: Promise) -> bool:
    return not promise.allowed.host_loopback and not (promise.sudo and promise.allowed.egress == "open")


def _limited(promise: Promise) -> bool:
    # Then the host's loopback is shut for root as well.
    return promise.allowed.egress != "open"


WALLS: Final = (
    Wall("host files", _always, partial(host.configuration, "host files")),
    Wall("host files", _always, guest.mounts),
    Wall("host files", _always, guest.file),
    Wall("agent, display", _always, partial(host.configuration, "agent, display")),
    Wall("agent, display", _always, guest.forwarded),
    Wall("host ports", _always, partial(host.configuration, "host ports")),
    Wall("host ports", _always, host.listening),
    Wall("undeclared ports", _no_auto_ports, host.undeclared),
    Wall("host loopback", _loopback, partial(guest.loopback, "user", "DVM_USER")),
    Wall("host loopback", _loopback, partial(guest.loopback, "subordinate", "a subordinate id")),
    Wall("host loopback", _limited, partial(guest.loopback, "root", "root")),
    Wall("egress", _limited, partial(host.configuration, "egress")),
    Wall("egress", _limited, host.network),
    Wall("egress", _limited, partial(guest.outside, "user", "DVM_USER")),
    Wall("egress", _limited, partial(guest.outside, "subordinate", "a subordinate id")),
    Wall("egress", _limited, partial(guest.outside, "root", "root")),
    Wall("sudo", _no_sudo, partial(guest.nothing, "sudo", "user", "sudo and doas, as DVM_USER", "refused")),
    Wall("sudo", _no_sudo, guest.groups),
    Wall(
        "container engine",
        _no_sudo,
        partial(
            guest.nothing, "engines", "user", "sockets of root's engines, as DVM_USER", "none that it may write to"
        ),
    ),
    Wall("configuration", _always, partial(host.configuration, "other")),
)
"""In the order in which they are shown. A wall may have several rows."""


def judge(evidence: Evidence) -> tuple[WallCheck, ...]:
    """Return every wall as it was tried."""
    return tuple(
        WallCheck(wall.name, each.tried, each.seen, each.voucher, each.holds, wall.promised(evidence.promise))
        for wall in WALLS
        for each in wall.judge(evidence)
    )
