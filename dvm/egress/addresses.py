"""Addresses that a guest may be connected to: those that are global, lead to no other kind, and are not this host's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Protocol

# IANA's registries of special-purpose addresses, and what clouds serve their metadata on. The lists are our own, since
# those of Python change from one patch release to the next.
_NOT_GLOBAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# All else, NAT64 and IPv4-mapped addresses among it, is not handed out as global unicast.
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_GLOBAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))


class AddressRule(Protocol):
    """Which addresses a proxy may connect to."""

    def allows(self, address: str) -> bool:
        """Whether it may be connected to."""

    def allows_from(self, address: str, own: str) -> bool:
        """Whether a connection to it may be used that came about with `own` as this side's address."""


class GlobalAddresses:
    """The rule of the product."""

    def allows(self, address: str) -> bool:
        """Whether it is a global one."""
        return is_global(address)

    def allows_from(self, address: str, own: str) -> bool:
        """Whether it is another host's: services of this one are no more a guest's by its global address."""
        return address != own


def is_global(text: str) -> bool:
    """Whether an address as the resolver writes it is a global one. What is no address, or has a scope, is not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    match address:
        case IPv4Address():
            return not any(address in network for network in _NOT_GLOBAL_4)
        case IPv6Address():
            if address.scope_id is not None or address not in _GLOBAL_6:
                return False
            return not any(address in network for network in _NOT_GLOBAL_6)
