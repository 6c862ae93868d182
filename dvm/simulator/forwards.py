"""`portForwards` as Lima fills them in: every rule whole, in the order in which the first match wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.simulator.gotemplate import expand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"
ANY = "0.0.0.0"  # noqa: S104 - read, not bound
ALL_PORTS = [1, 65535]


def fill_forward(
    rule: Mapping[str, Any], directory: Path, host: Mapping[str, Any], guest: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the rule with Lima's defaults, keys in Lima's order; `guestPort` and `hostPort` only where
    given.
    """
    guest_ip = rule.get("guestIP") or (ANY if rule.get("guestIPMustBeZero") else LOOPBACK)
    guest_range = _range(rule, "guest") or ALL_PORTS
    full: dict[str, Any] = {
        "guestIPMustBeZero": rule.get("guestIPMustBeZero", guest_ip == ANY),
        "guestIP": guest_ip,
        "guestPort": rule.get("guestPort"),
        "guestPortRange": guest_range,
        "guestSocket": expand(rule.get("guestSocket", ""), guest),
        "hostIP": rule.get("hostIP") or LOOPBACK,
        "hostPort": rule.get("hostPort"),
        "hostPortRange": _range(rule, "host") or guest_range,
        "hostSocket": expand(rule.get("hostSocket", ""), host),
        "proto": rule.get("proto") or "any",
        "reverse": rule.get("reverse"),
        "ignore": rule.get("ignore"),
        "static": rule.get("static"),
    }
    if full["hostSocket"]:
        full["hostSocket"] = str(directory / "sock" / full["hostSocket"])  # an absolute one stays as it is
        full["hostPortRange"] = list(rule.get("hostPortRange", [0, 0]))
    return {key: value for key, value in full.items() if value or key == "guestIPMustBeZero"}


def _range(rule: Mapping[str, Any], side: str) -> list[int]:
    ports = list(rule.get(f"{side}PortRange", ()))
    if any(ports):
        return ports
    port = rule.get(f"{side}Port", 0)
    return [port, port] if port else []
