"""What a plan says of a VM's egress rule: who holds it, and whether a restart is due because it is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.egress.enforcer import Enforcer, enforcer, expected_vm_type
from dvm.model.egress import Network
from dvm.model.instance import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM
    from dvm.model.template import Template

RULES = frozenset({"egress", "setup_egress", "reach"})
"""The attributes that a VM's egress policy holds."""
NOT_IN_FORCE = "egress_not_in_force"
"""The reason of a change that only restarts a VM whose egress rule is not in force."""


def who_holds(vm: DesiredVM, instance: Instance | None) -> Iterator[str]:
    """Yield the note on who holds the egress of a VM, where it is limited."""
    if not vm.limited:
        return
    driver = expected_vm_type(vm.config.vm_type) if instance is None else instance.vm_type
    if enforcer(driver) is Enforcer.HOST:
        yield "Its egress is held on the host: QEMU's network leads to DVM's proxy and nowhere else."
    else:
        yield f"Its egress is held in the guest ({driver}): it holds while DVM_USER has no sudo."


def provisioned_under_it(vm: DesiredVM, template: Template) -> Iterator[str]:
    """Yield the note on a template that provisions a VM whose egress is limited."""
    if vm.limited and template.provisioning:
        yield (
            "Its template provisions the guest at the first boot, and its egress is limited then too: "
            "what that downloads has to be in egress or setup_egress."
        )


def not_in_force(vm: DesiredVM, instance: Instance) -> Iterator[str]:
    """Yield why a running VM has to be restarted, where its network is not shut as its policy says."""
    state = instance.egress
    if not vm.limited or state is None or instance.status is not Status.RUNNING:
        return
    by_host = enforcer(instance.vm_type) is Enforcer.HOST
    if state.network in (Network.OTHER, Network.NOT_SEEN) if by_host else not state.listens:
        yield "Its egress rule is not in force (DVM315). A restart puts it in force."
