"""DVM314: a part of Lima's configuration that nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.proxy_variables import is_proxy
from dvm.checks.instances.undeclared import told, undeclared
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject

_CODE = "DVM314"


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    for each in undeclared(subject, _CODE):
        # DVM308 reports a proxy variable, and does not show its value.
        if not (each.origin.shared and is_proxy(each.difference.path.removeprefix("env."))):
            yield told(subject, each)


CHECK: Check[InstanceSubject] = Check(
    code=_CODE,
    severity=Weight.DENY,
    title="Configuration nobody declared",
    why=(
        "Lima's configuration has some 150 fields, and many of them run code as guest root, copy a file of the host's "
        "into the guest or lead its connections elsewhere. DVM knows every field: it is harmless, DVM sets it, Lima "
        "fills it in, or the template declares it. Everything else is denied, also a field of a later Lima that DVM "
        "does not know yet. docs/reference/lima-configuration.md lists them."
    ),
    remedy=(
        "Take it out of the file named. What a VM needs goes into its template, or into a setup script, where plan "
        "and review show it."
    ),
    find=_find,
)
