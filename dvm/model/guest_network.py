"""What a guest is to be told of its network: by which firewall it is held, and where others are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.egress.enforcer import Enforcer, enforcer, expected_vm_type
from dvm.egress.guest import guest_proxy, proxy_variables, reach_addresses
from dvm.egress.place import HOST_ADDRESS
from dvm.model.choices import Firewall
from dvm.model.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.egress.policy import Policy
    from dvm.model.manifest import DesiredVM


class GuestNetwork(Struct, frozen=True):
    """What dvm-bootstrap is told, on standard input. `holes` are addresses and ports that are reached all the same.

    `reach`: where ports of other VMs are, by their variables. `proxy`: its URL, which may have this VM's credential.
    """

    firewall: Firewall
    holes: tuple[tuple[str, int], ...] = ()
    reach: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    """For sessions and setup scripts."""

    @property
    def records(self) -> bytes:
        """The records that dvm/lima/guest/network.sh reads."""
        lines = [
            str(self.firewall),
            *(f"hole {address} {port}" for address, port in self.holes),
            *(f"set {name}={value}" for name, value in self.variables.items()),
            *([f"proxy {self.proxy}"] if self.proxy else []),
            "",
        ]
        return b"".join(f"{line}\0".encode() for line in lines)


def guest_network(vm: DesiredVM, vm_type: str = "", policy: Policy | None = None) -> GuestNetwork:
    """Return what the guest of a VM is to be told.

    `vm_type`: the driver that runs it; empty: the one that would. `policy`: the one in the instance's directory, which
    alone has the way to a proxy that listens on the host; without it only the rest is right.
    """
    config = vm.config
    holder = enforcer(vm_type or expected_vm_type(config.vm_type))
    if not vm.limited:
        # A DVM_USER with sudo takes any rule of its guest away.
        firewall = Firewall.OFF if config.host_loopback or config.sudo else Firewall.LOOPBACK
        reach = {Reach(each.vm, each.port).variable: f"{HOST_ADDRESS}:{each.host_port}" for each in vm.reached}
        return GuestNetwork(firewall, _holes(reach), reach, variables=reach)
    if policy is None:
        # It is imported late: most VMs have none.
        from dvm.egress.policy import Policy as Blank

        policy = Blank(vm.instance, vm.name, reached=vm.reached)
    addresses = reach_addresses(policy, holder)
    reach = {Reach(each.vm, each.port).variable: address for each, address in addresses.items()}
    proxy = guest_proxy(policy, holder)
    hosts = sorted({address.partition(":")[0] for address in reach.values()})
    variables = proxy_variables(proxy, hosts) | reach
    if holder is Enforcer.HOST:
        # The host holds it, where guest root can't undo it.
        return GuestNetwork(Firewall.OFF, (), reach, proxy.url, variables)
    holes = ((proxy.address, proxy.port), *_holes(reach))
    return GuestNetwork(Firewall.EGRESS, holes, reach, proxy.url, variables)


def _holes(reach: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((address, int(port)) for address, _, port in (each.partition(":") for each in reach.values()))
