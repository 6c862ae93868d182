"""Which addresses a guest may be connected to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.egress.addresses import GlobalAddresses, is_global


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1"]
)
def test_global(address: str) -> None:
    assert is_global(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.5.2", "100.64.0.1",
        "169.254.169.254", "168.63.129.16", "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "2a00::1%eth0", "fec0::2", "fc00::1", "fd00::1", "ff02::1", "2002:7f00:1::1",
        "2001::1", "2001:db8::1", "100::1", "4000::1", "3fff::1", "::ffff:0:127.0.0.1", "localhost", "", "1.1.1.1 ",
    ],
)  # fmt: skip
def test_not_global(address: str) -> None:
    assert not is_global(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_python_calls_special_passes(address: IPv4Address | IPv6Address) -> None:
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    if special or address.is_reserved or address.is_unspecified:
        assert not is_global(str(address))


def test_this_host_is_not_reached_by_its_global_address() -> None:
    assert not GlobalAddresses().allows_from("1.2.3.4", "1.2.3.4")
    assert GlobalAddresses().allows_from("1.2.3.4", "5.6.7.8")
