"""DVM315: a rule on what may leave a VM, or on the host's loopback address, that is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import label
from dvm.egress.enforcer import Enforcer, enforcer, expected_vm_type
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.egress import Network
from dvm.model.instance import Status
from dvm.model.names import vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.checks.subjects import InstanceSubject
    from dvm.model.egress import EgressState
    from dvm.model.manifest import DesiredVM
    from dvm.model.receipt import Allowance

_UNENFORCED = "Egress or loopback rule that DVM can't enforce"
_LEAST = 'Declare sudo = false, vm_type = "qemu", or egress = "open" if the VM may reach everything.'


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance, allowed = subject.instance, subject.allowed
    if allowed is None:
        return
    for detail in _unenforced(allowed, instance.vm_type, sudo=_has_sudo(subject)):
        yield Finding(label(instance), detail, remedy=_LEAST, title=_UNENFORCED)
    # One that does not run is shut at its start, or not started.
    if allowed.egress == "open" or instance.egress is None or instance.status is not Status.RUNNING:
        return
    name = vm_name(instance.name) or visible(instance.name)
    remedy = f"`dvm apply {name}` puts the rule in force."
    by_host = enforcer(instance.vm_type) is Enforcer.HOST
    missing = _not_shut(instance.egress) if by_host else _no_proxy(instance.egress)
    detail = missing or _more(instance.egress, allowed)
    if detail:
        yield Finding(label(instance), detail, remedy=remedy)


def _not_shut(state: EgressState) -> str:
    """Return what is wrong with the network; empty: it is shut as the policy says."""
    match state.network:
        case Network.SHUT:
            return ""
        case Network.OPEN:
            return (
                "It runs without its egress rule, as after `limactl start` by hand: everything may leave it, and it "
                "reaches all of the host's loopback address."
            )
        case Network.OTHER:
            why = f" ({visible(state.problem)})" if state.problem else ""
            return f"Its network is shut in another way than its egress policy says{why}, as after an upgrade of DVM."
        case Network.NOT_SEEN:
            return "The process that runs it can't be seen, so nothing shows that its egress rule is in force."


def _no_proxy(state: EgressState) -> str:
    if state.listens:
        return ""
    return "Its proxy does not run, as after `limactl start` by hand."


def _more(state: EgressState, allowed: Allowance) -> str:
    """Return what the policy in its directory allows and nobody declares; empty: nothing."""
    declared = set() if isinstance(allowed.egress, str) else set(allowed.egress)
    more = [*_beyond(state.names, declared), *_beyond(state.setup_names, {*allowed.setup_egress, *declared})]
    more += _beyond(state.reached, set(allowed.reach))
    if not more:
        return ""
    return f"Its egress policy allows what is not declared: {', '.join(dict.fromkeys(more))}."


def _has_sudo(subject: InstanceSubject) -> bool:
    if subject.desired is not None:
        return subject.desired.config.sudo
    receipt = subject.instance.receipt
    return receipt is not None and receipt.bootstrap is not None and receipt.bootstrap.sudo


def _beyond(names: Iterable[str], declared: set[str]) -> list[str]:
    return [visible(name) for name in names if name not in declared]


def _unenforced(allowed: Allowance, vm_type: str, *, sudo: bool) -> Iterator[str]:
    if allowed.egress != "open" and enforcer(vm_type) is Enforcer.GUEST and sudo:
        yield (
            "On this driver the guest itself holds an egress rule, and DVM_USER may use sudo: it could take the rule "
            "away."
        )


CHECK: Check[InstanceSubject] = Check(
    code="DVM315",
    severity=Weight.DENY,
    title="Egress or loopback rule not in force",
    why=(
        "A manifest that limits what leaves a VM promises a wall. Without it, what runs in the guest sends what it "
        "reads anywhere, and reaches every service on the host's loopback address. On QEMU the wall is the VM's "
        "network device. Before every contact DVM looks at the command line that the kernel shows of the running QEMU, "
        "and at the policy in the instance's directory."
    ),
    remedy="`dvm apply` puts the rule in force; a VM that was booted without it is restarted.",
    find=_find,
)


def is_settled(result: CheckResult) -> bool:
    """Whether a policy that is written, and a restart where one is planned, put the rule in force."""
    return result.code == CHECK.code and result.summary != _UNENFORCED


def foreseen(vm: DesiredVM) -> Iterator[CheckResult]:
    """Yield a denial for each rule of a VM to be made that could not be put in force."""
    for detail in _unenforced(vm.allowed, expected_vm_type(vm.config.vm_type), sudo=vm.config.sudo):
        yield CheckResult(CHECK.code, CHECK.severity, Outcome.FAIL, vm.address, _UNENFORCED, detail, _LEAST)
