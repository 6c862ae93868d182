"""A VM's attributes: one row each, with where both sides have it and what a change of it takes.

Values are DVM's own (bytes, ports), the same on both sides, so that like is compared with like; views write them as the
manifest does. What the manifest leaves to Lima (`vm_type`, `arch`) is compared only where the manifest says it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dvm.model.choices import Isolation
from dvm.model.egress import Network
from dvm.model.guest_network import guest_network
from dvm.model.instance import Status
from dvm.model.manifest import DesiredVM
from dvm.model.plan import Effect
from dvm.model.port import Port
from dvm.model.receipt import Allowance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dvm.model.egress import EgressState
    from dvm.model.instance import Forward, Instance, Posture
    from dvm.model.receipt import Bootstrap, Receipt

Values = dict[str, Any]
"""The attributes of one side by name, in the order of the table."""

UNKNOWN: Final = object()
"""What one side can't say, or leaves open: such an attribute is not compared."""


class Attribute(Struct, frozen=True):
    """One attribute: how each side says it, and what it takes to change it.

    `lima`: where Lima's configuration has it, as a key path; empty: Lima does not know it, or has no file for it.
    """

    name: str
    desired: Callable[[DesiredVM], Any]
    observed: Callable[[Instance], Any]
    takes: Effect | Callable[[Any, Any], Effect]
    lima: tuple[str, ...] = ()
    alike: Callable[[Any, Any], bool] | None = None
    """Whether two values that differ are no difference; None: they are one."""

    def effect(self, old: object, new: object) -> Effect:
        """Return what it takes to change it from `old` to `new`."""
        return self.takes if isinstance(self.takes, Effect) else self.takes(old, new)


def attribute(name: str) -> Attribute:
    """Return the attribute of that name; raises KeyError."""
    return _BY_NAME[name]


def desired_attributes(vm: DesiredVM) -> Values:
    """Return what the manifest wants, by name."""
    return {each.name: value for each in ATTRIBUTES if (value := each.desired(vm)) is not UNKNOWN}


@cache
def default_attributes() -> Values:
    """Return what a VM has of which the manifest says nothing, by name; cores are the host's to say, and left out."""
    from dvm.model.vm import VM

    values = desired_attributes(DesiredVM("", VM(), 0))
    return {name: value for name, value in values.items() if name != "cpus"}


def observed_attributes(instance: Instance, vm: DesiredVM | None) -> Values:
    """Return what is there, by name: limactl's word, and the receipt's where limactl can't know.

    `vm` is the desired VM, None for an orphan: an attribute that it leaves to Lima is left out.
    """
    return {
        each.name: value
        for each in ATTRIBUTES
        if (vm is None or each.desired(vm) is not UNKNOWN) and (value := each.observed(instance)) is not UNKNOWN
    }


def _of_allowance(get: Callable[[Allowance], Any]) -> Callable[[Instance], Any]:
    """A receipt of an earlier version has none: nothing was closed then."""

    def observed(instance: Instance) -> object:
        receipt = instance.receipt
        return UNKNOWN if receipt is None else get(receipt.allowed or Allowance())

    return observed


def _observed_egress(instance: Instance) -> object:
    """As it is on the host: a VM that was booted by hand is open, whatever its policy says."""
    state = instance.egress
    if state is None or instance.receipt is None:
        return _of_allowance(lambda allowed: allowed.egress)(instance)
    if state.network is Network.OPEN:
        return "open"
    if state.policy is not None:
        return state.names or "none"
    shut = bool(state.problem) or state.network is Network.OTHER
    return "none" if shut else "open"


def _of_policy(get: Callable[[EgressState], Any], otherwise: Callable[[Allowance], Any]) -> Callable[[Instance], Any]:
    def observed(instance: Instance) -> object:
        state = instance.egress
        if state is not None and state.policy is not None:
            return get(state)
        return _of_allowance(otherwise)(instance)

    return observed


def _egress(old: object, new: object) -> Effect:
    # The network device is made with the rule or without it; the list of names is read at each connection.
    return Effect.RESTART if "open" in (old, new) else Effect.IN_PLACE


def _desired_reach(vm: DesiredVM) -> object:
    """Where egress is open, the guest's firewall has a hole for each, and the addresses count as well."""
    return vm.allowed.reach if vm.limited else dict(guest_network(vm).reach) or ()


def _observed_reach(instance: Instance) -> object:
    receipt = instance.receipt
    allowed = receipt.allowed if receipt is not None else None
    if receipt is None or receipt.bootstrap is None or (allowed is not None and allowed.egress != "open"):
        return _of_policy(lambda state: state.reached, lambda allowed: allowed.reach)(instance)
    return dict(receipt.bootstrap.reach) or ()


def _reach(old: object, new: object) -> Effect:
    # Under host enforcement QEMU's network has a way of its own for each.
    return Effect.BOOTSTRAP if isinstance(new, dict) or (isinstance(old, dict) and not new) else Effect.RESTART


def _chosen(value: object) -> object:
    return UNKNOWN if value is None else value


def _are_files(old: object, new: object) -> bool:
    """Whether both templates are files: what is in a file counts, and not where it is or how its path is spelled."""
    return all(isinstance(each, str) and not each.startswith("template:") for each in (old, new))


def _of_receipt(get: Callable[[Receipt], Any]) -> Callable[[Instance], Any]:
    return lambda instance: get(instance.receipt) if instance.receipt else None


def _of_posture(get: Callable[[Posture], Any]) -> Callable[[Instance], Any]:
    """Without a configuration that can be read, nothing is known of it."""
    return lambda instance: UNKNOWN if instance.posture is None else get(instance.posture)


def _of_bootstrap(get: Callable[[Bootstrap], Any]) -> Callable[[Instance], Any]:
    """A VM that was never bootstrapped has no user yet, and one whose bootstrap waits for a first start is compared as
    if it had: both are the planner's to say, not a difference.
    """

    def observed(instance: Instance) -> object:
        made = instance.receipt.bootstrap if instance.receipt else None
        return UNKNOWN if made is None else get(made)

    return observed


def _disk(old: int | None, new: int) -> Effect:
    # Lima refuses to shrink a disk.
    return Effect.REPLACE if old is not None and old > new else Effect.RESTART


def _power(_old: object, new: object) -> Effect:
    return Effect.BOOT if new else Effect.STOP


def _ports(posture: Posture) -> tuple[Port | Forward, ...]:
    return tuple(sorted(_forwards(posture), key=_by_host_port))


def _forwards(posture: Posture) -> Iterator[Port | Forward]:
    """Yield a rule that the manifest could write as its port, another one as it is."""
    for rule in posture.forwards:
        if rule.ignore:
            continue
        single = rule.host_ports[0] == rule.host_ports[1] and rule.guest_ports[0] == rule.guest_ports[1]
        # One that is not static is bound only while a guest process listens; a declared port is bound from the start.
        if single and rule.static and rule.host_ip in {"127.0.0.1", ""} and not rule.reverse and not rule.is_socket:
            yield Port(rule.host_ports[0], rule.guest_ports[0])
        else:
            yield rule


def _by_host_port(port: Port | Forward) -> tuple[int, str]:
    return (port.host if isinstance(port, Port) else port.host_ports[0], str(port))


ATTRIBUTES: Final = (
    Attribute(
        "template",
        lambda vm: vm.config.template,
        _of_receipt(lambda r: r.template),
        Effect.REPLACE,
        alike=_are_files,
    ),
    Attribute(
        "template_sha256", lambda vm: vm.template_sha256, _of_receipt(lambda r: r.template_sha256), Effect.REPLACE
    ),
    Attribute("arch", lambda vm: _chosen(vm.config.arch), lambda i: i.arch, Effect.REPLACE, ("arch",)),
    Attribute("vm_type", lambda vm: _chosen(vm.config.vm_type), lambda i: i.vm_type, Effect.REPLACE, ("vmType",)),
    # `limactl edit` refuses to change a running instance.
    Attribute("cpus", lambda vm: vm.cpus, lambda i: i.cpus, Effect.RESTART, ("cpus",)),
    Attribute("memory", lambda vm: vm.config.memory, lambda i: i.memory, Effect.RESTART, ("memory",)),
    Attribute("disk", lambda vm: vm.config.disk, lambda i: i.disk, _disk, ("disk",)),
    Attribute(
        "isolation",
        lambda vm: vm.config.isolation,
        _of_posture(lambda posture: Isolation.STRICT if posture.plain else Isolation.STANDARD),
        Effect.RESTART,
        ("plain",),
    ),
    Attribute(
        "ports", lambda vm: tuple(sorted(vm.config.ports)), _of_posture(_ports), Effect.RESTART, ("portForwards",)
    ),
    Attribute(
        "auto_ports",
        lambda vm: vm.config.auto_ports,
        _of_posture(lambda posture: not posture.plain and not any(rule.is_catch_all for rule in posture.forwards)),
        Effect.RESTART,
        ("portForwards",),
    ),
    Attribute(
        "proxy_env",
        lambda vm: vm.config.proxy_env,
        _of_posture(lambda posture: posture.proxy_env),
        Effect.RESTART,
        ("propagateProxyEnv",),
    ),
    Attribute("egress", lambda vm: vm.allowed.egress, _observed_egress, _egress),
    Attribute(
        "setup_egress",
        lambda vm: vm.allowed.setup_egress,
        _of_policy(lambda state: state.setup_names, lambda allowed: allowed.setup_egress),
        Effect.IN_PLACE,
    ),
    Attribute("reach", _desired_reach, _observed_reach, _reach),
    Attribute(
        "host_loopback",
        lambda vm: vm.config.host_loopback,
        _of_bootstrap(lambda made: _chosen(made.host_loopback)),
        Effect.BOOTSTRAP,
    ),
    Attribute("mounts", lambda _: (), _of_posture(lambda posture: posture.mounts), Effect.RESTART, ("mounts",)),
    Attribute(
        "agent_forwarding",
        lambda _: False,
        _of_posture(lambda posture: posture.forward_agent or posture.forward_x11),
        Effect.RESTART,
        ("ssh",),
    ),
    Attribute(
        "ssh_public_keys",
        lambda _: False,
        _of_posture(lambda posture: posture.ssh_public_keys),
        Effect.RESTART,
        ("ssh", "loadDotSSHPubKeys"),
    ),
    Attribute("audio", lambda _: "", _of_posture(lambda posture: posture.audio), Effect.RESTART, ("audio",)),
    Attribute("protect", lambda vm: vm.config.protect, lambda i: i.protected, Effect.IN_PLACE),
    Attribute("running", lambda vm: vm.config.running, lambda i: i.status is Status.RUNNING, _power),
    Attribute("user", lambda vm: vm.config.user, _of_bootstrap(lambda made: made.user), Effect.BOOTSTRAP),
    Attribute("sudo", lambda vm: vm.config.sudo, _of_bootstrap(lambda made: made.sudo), Effect.BOOTSTRAP),
    Attribute(
        "subuid_count",
        lambda vm: vm.config.subuid_count,
        _of_bootstrap(lambda made: made.subuid_count),
        Effect.BOOTSTRAP,
    ),
    Attribute(
        "subgid_count",
        lambda vm: vm.config.subgid_count,
        _of_bootstrap(lambda made: made.subgid_count),
        Effect.BOOTSTRAP,
    ),
)
"""All of them, in the order in which plans show them."""

IN_GUEST: Final = frozenset(each.name for each in ATTRIBUTES if each.takes is Effect.BOOTSTRAP)
"""The attributes that the bootstrap sets in the guest."""

_BY_NAME: Final = {each.name: each for each in ATTRIBUTES}
