"""Port forwarding rules as Lima fills them in and matches them."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from dvm.checks.instances.sources import source
from dvm.model.instance import Forward
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.checks.instances.sources import SettingSource
    from dvm.checks.subjects import InstanceSubject

LOOPBACK = "127.0.0.1"
UNSPECIFIED = "0.0.0.0"  # noqa: S104 - compared with, never bound
HIGHEST_PORT = 65535
_EVERY_PORT = (1, HIGHEST_PORT)


def is_loopback(host_ip: str) -> bool:
    """Whether a bind to this address stays on the host: 127.0.0.0/8, ::1, or Lima's default (empty)."""
    if host_ip in ("", LOOPBACK):
        return True

    try:
        return ip_address(host_ip).is_loopback
    except ValueError:
        return False


def describe(rule: Forward) -> str:
    """Return the rule for people: host side, then guest side."""
    host = rule.host_socket or f"{rule.host_ip or LOOPBACK}:{_range(rule.host_ports)}"
    guest = rule.guest_socket or f"{rule.guest_ip or LOOPBACK}:{_range(rule.guest_ports)}"
    arrow = "<-" if rule.reverse else "->"
    return visible(f"host {host} {arrow} guest {guest} ({rule.proto})")


def forward_source(subject: InstanceSubject, rule: Forward) -> SettingSource:
    """Return the file that a rule comes from."""
    return source(subject, "portForwards", same=partial(_is_entry_of, rule))


def read_forward(entry: object) -> Forward | None:
    """Return an entry of `portForwards`, Lima's defaults filled in; None where Lima would not take it."""
    if not isinstance(entry, dict):
        return None
    guest = _ports(entry, "guest", _EVERY_PORT)
    host = _ports(entry, "host", guest or _EVERY_PORT)
    if guest is None or host is None:
        return None
    must_be_zero = entry.get("guestIPMustBeZero") is True
    return Forward(
        host_ip=str(entry.get("hostIP") or LOOPBACK),
        host_ports=host,
        guest_ip=str(entry.get("guestIP") or (UNSPECIFIED if must_be_zero else LOOPBACK)),
        guest_ports=guest,
        proto=str(entry.get("proto") or "any"),
        static=entry.get("static") is True,
        ignore=entry.get("ignore") is True,
        reverse=entry.get("reverse") is True,
        # By default, an address of 0.0.0.0 matches only what binds exactly that.
        guest_ip_must_be_zero=must_be_zero or (_is_zero(entry.get("guestIP")) and "guestIPMustBeZero" not in entry),
        host_socket=str(entry.get("hostSocket") or ""),
        guest_socket=str(entry.get("guestSocket") or ""),
    )


def _is_entry_of(rule: Forward, entry: object) -> bool:
    read = read_forward(entry)
    return read is None or _identity(read) == _identity(rule)


def _identity(rule: Forward) -> tuple[object, ...]:
    # Socket paths are templates in the file and absolute in the list: compare only whether there is one.
    hosts = None if rule.host_socket else (rule.host_ip or LOOPBACK, rule.host_ports)
    guests = None if rule.guest_socket else (rule.guest_ip or LOOPBACK, rule.guest_ports)
    return (hosts, guests, rule.proto, rule.static, rule.ignore, rule.reverse)


def _is_zero(guest_ip: object) -> bool:
    return guest_ip == UNSPECIFIED


def _ports(entry: dict[str, Any], side: str, default: tuple[int, int]) -> tuple[int, int] | None:
    match entry.get(f"{side}PortRange"), entry.get(f"{side}Port"):
        case [int(first), int(last)], _ if (first, last) != (0, 0):
            return (first, last)
        case None | [] | [0, 0], None | 0:
            return default
        case None | [] | [0, 0], int(port):
            return (port, port)
        case _:
            return None


def _range(ports: tuple[int, int]) -> str:
    first, last = ports
    return str(first) if first == last else f"{first}-{last}"
