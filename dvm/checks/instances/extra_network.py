"""DVM305: a network beyond the user-mode one."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import finding, source
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject

_NAMING_KEYS = ("lima", "socket", "vzNAT", "interface")


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    for network in posture.networks if posture else ():
        origin = source(subject, "networks", same=partial(_is_entry_of, network))
        yield finding(subject, origin, "networks", f"The VM has one more network: {visible(network)}.")


def _is_entry_of(network: str, entry: object) -> bool:
    """Whether an entry is the network, which Lima has given a MAC address and an interface meanwhile."""
    if not isinstance(entry, dict):
        return True
    named = {key: entry[key] for key in _NAMING_KEYS if entry.get(key)}
    try:
        effective = json.loads(network)
    except ValueError:
        return True
    return not named or not isinstance(effective, dict) or named.items() <= effective.items()


CHECK: Check[InstanceSubject] = Check(
    code="DVM305",
    severity=Weight.DENY,
    title="Network beyond the user-mode one",
    why=(
        "A bridged, shared or VM-to-VM network lets the guest reach other machines and other VMs directly, "
        "and lets them reach every port of the guest, declared or not. Lima's user-mode network does "
        "neither."
    ),
    remedy="Take the network out; declare the ports you need under `ports` in the manifest.",
    find=_find,
)
