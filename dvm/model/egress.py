"""What is seen of the rule on what may leave a VM."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dvm.egress.policy import Policy


class Network(StrEnum):
    """The network of a running VM, as the kernel shows the command line of what runs it."""

    NOT_SEEN = "not seen"
    """It does not run, or its driver has no network of its own, or the command line can't be read."""
    OPEN = "open"
    SHUT = "shut"
    """It leads to the proxy and to the ports that the policy names, and nowhere else."""
    OTHER = "other"
    """It is shut in another way than the policy says."""


class EgressState(Struct, frozen=True):
    """The policy in the instance's directory, why one there is not believed (`problem`), and the way out."""

    policy: Policy | None = None
    problem: str = ""
    network: Network = Network.NOT_SEEN
    listens: bool = False
    """Whether its proxy runs that listens on the host's loopback address, where the guest holds the rule."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the policy lets out of the VM, sorted."""
        return tuple(sorted(map(str, self.policy.names))) if self.policy is not None else ()

    @property
    def setup_names(self) -> tuple[str, ...]:
        """What it lets out while setup runs, sorted."""
        return tuple(sorted(map(str, self.policy.setup_names))) if self.policy is not None else ()

    @property
    def reached(self) -> tuple[str, ...]:
        """The ports of other VMs that it names, sorted."""
        return tuple(sorted(map(str, self.policy.reached))) if self.policy is not None else ()
