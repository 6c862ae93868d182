"""What a guest has to know of its proxy, and of ports of other VMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dvm.egress.enforcer import Enforcer
from dvm.egress.place import HOST_ADDRESS, PROXY_ADDRESS, PROXY_PORT, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.egress.policy import Policy, Reached

_DIRECT = "localhost,127.0.0.1,::1"


class GuestProxy(NamedTuple):
    """The proxy as a guest reaches it. `credential`: empty where the way to it is the VM's own."""

    address: str
    port: int
    credential: str = ""

    @property
    def url(self) -> str:
        """As proxy variables have it; a credential is in it."""
        user = f"{USER}:{self.credential}@" if self.credential else ""
        return f"http://{user}{self.address}:{self.port}"


HOST_PROXY = GuestProxy(PROXY_ADDRESS, PROXY_PORT)
"""Where QEMU's network ends: the same in every VM."""


def guest_proxy(policy: Policy, enforcer: Enforcer) -> GuestProxy:
    """Return the proxy of a VM."""
    if enforcer is Enforcer.HOST:
        return HOST_PROXY
    return GuestProxy(HOST_ADDRESS, policy.port, policy.credential)


def proxy_variables(proxy: GuestProxy, reached: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables by which programs find the proxy; addresses of other VMs' ports are gone to directly."""
    direct = ",".join((_DIRECT, *reached))
    values = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "NO_PROXY": direct}
    return values | {name.lower(): value for name, value in values.items()}


def reach_addresses(policy: Policy, enforcer: Enforcer) -> dict[Reached, str]:
    """Return ADDRESS:PORT of each port of another VM, as this guest reaches it."""
    if enforcer is Enforcer.HOST:
        return {each: f"{policy.address_of(each)}:{each.port}" for each in policy.reached}
    return {each: f"{HOST_ADDRESS}:{each.host_port}" for each in policy.reached}
