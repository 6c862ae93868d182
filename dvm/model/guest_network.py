"""What a guest is to be told of its network: by which firewall it is held, and where others are reached."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.egress.place import HOST_ADDRESS
from dvm.model.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.model.manifest import DesiredVM


class Firewall(StrEnum):
    """What a firewall in the guest holds."""

    OFF = "off"
    """Nothing: there is none."""
    LOOPBACK = "loopback"
    """DVM_USER and its containers: they do not get to the host's loopback."""


class GuestNetwork(Struct, frozen=True):
    """What dvm-bootstrap is told, on standard input. `holes` are addresses and ports that are reached all the same.

    `variables` are for sessions and setup scripts.
    """

    firewall: Firewall
    holes: tuple[tuple[str, int], ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> bytes:
        """The records that dvm/lima/guest/network.sh reads."""
        lines = [
            str(self.firewall),
            *(f"hole {address} {port}" for address, port in self.holes),
            *(f"set {name}={value}" for name, value in self.variables.items()),
            "",
        ]
        return b"".join(f"{line}\0".encode() for line in lines)


def guest_network(vm: DesiredVM) -> GuestNetwork:
    """Return what the guest of a VM is to be told."""
    config = vm.config
    if config.egress != "open":
        # What holds this is not in the guest; the host's loopback is shut with all else.
        return GuestNetwork(Firewall.OFF)
    holes = tuple((HOST_ADDRESS, each.host_port) for each in vm.reached)
    variables = {Reach(each.vm, each.port).variable: f"{HOST_ADDRESS}:{each.host_port}" for each in vm.reached}
    # A DVM_USER with sudo takes any rule of its guest away.
    firewall = Firewall.OFF if config.host_loopback or config.sudo else Firewall.LOOPBACK
    return GuestNetwork(firewall, holes, variables)
