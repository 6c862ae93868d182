"""DVM311: an instance of a VM's name that DVM did not make."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import label
from dvm.model.check import Weight
from dvm.model.names import vm_name
from dvm.model.receipt import OTHERS_MAY_WRITE, RECEIPT_FILE
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import InstanceSubject
    from dvm.model.instance import Instance


USE_THAT_DVM = "Use the version of DVM that wrote it, or a later one: `dvm version` shows which one this is."


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance = subject.instance
    if instance.receipt is not None:
        return
    name = visible(instance.name)
    because = visible(instance.receipt_problem) if instance.receipt_problem else "it has no receipt of DVM's"
    declared = ", and the manifest declares a VM of that name" if subject.desired is not None else ""
    yield Finding(
        label(instance),
        f"The instance {name} is unmanaged ({because}){declared}. DVM does not touch it.",
        remedy=remedy_of(instance, declared=subject.desired is not None),
    )


def remedy_of(instance: Instance, *, declared: bool) -> str:
    """Return what to do about an instance without a receipt that is believed; `declared`: as a VM, by the manifest."""
    name, vm = visible(instance.name), vm_name(instance.name)
    if instance.of_another_dvm:
        return USE_THAT_DVM
    if instance.receipt_problem.endswith(OTHERS_MAY_WRITE):
        return f"If nobody else wrote to it: chmod go-w {visible(shlex.quote(str(instance.dir / RECEIPT_FILE)))}"
    if vm is None:
        return f"Use limactl for it: limactl shell {name}"
    if not declared:
        return f"Adopt it (`dvm import {name}`), or delete it (`limactl delete --force {name}`)."
    return (
        f"Give the VM another name in the manifest, or delete the instance (`limactl delete --force {name}`). "
        f"To adopt it, take the VM out of the manifest first, then `dvm import {name}`."
    )


CHECK: Check[InstanceSubject] = Check(
    code="DVM311",
    severity=Weight.DENY,
    title="Name taken by an unmanaged instance",
    why=(
        "What is in an instance that DVM did not make is not known: somebody else's work, or something that "
        "waits to be taken for your VM. DVM neither changes nor enters it."
    ),
    remedy="Give the VM another name or delete the instance; one that the manifest does not declare can be adopted.",
    find=_find,
)
