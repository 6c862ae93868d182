"""DVM315: a rule on what may leave a VM, or on the host's loopback address, that is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import label
from dvm.model.check import CheckResult, Outcome, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import InstanceSubject
    from dvm.model.manifest import DesiredVM
    from dvm.model.receipt import Allowance


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    for detail in _unenforced(subject.allowed):
        yield Finding(label(subject.instance), detail)


def _unenforced(allowed: Allowance | None) -> Iterator[str]:
    if allowed is None:
        return
    if allowed.egress != "open":
        yield "An egress rule is not yet enforced on this driver: everything could leave the VM."
    if allowed.reach:
        yield "`reach` is not yet enforced on this driver: the VM could reach all of the host's loopback address."


CHECK: Check[InstanceSubject] = Check(
    code="DVM315",
    severity=Weight.DENY,
    title="Egress or loopback rule not in force",
    why=(
        "A manifest that limits what leaves a VM promises a wall. Without it, what runs in the guest sends what it "
        "reads anywhere, and reaches every service on the host's loopback address."
    ),
    remedy='Declare egress = "open" and no reach, if the VM may reach everything.',
    find=_find,
)


def foreseen(vm: DesiredVM) -> Iterator[CheckResult]:
    """Yield a denial for each rule of a VM to be made that could not be put in force."""
    for detail in _unenforced(vm.allowed):
        yield CheckResult(CHECK.code, CHECK.severity, Outcome.FAIL, vm.address, CHECK.title, detail, CHECK.remedy)
