"""DVM302: a forward that listens beyond the host's loopback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.forwards import LOOPBACK, UNSPECIFIED, describe, forward_source, is_loopback
from dvm.checks.instances.sources import finding, source
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject

# Options of QEMU's that open no other address. Another `vnc=` is one more listener, `websocket` too.
_HARMLESS_OPTION = re.compile(r"to=[0-9]+|(password|share|lossy|non-adaptive)(=[a-z-]+)?")


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    for rule in posture.forwards if posture else ():
        if not rule.ignore and not is_loopback(rule.host_ip):
            what = f"The forward {describe(rule)} listens on an address that other machines can reach."
            yield finding(subject, forward_source(subject, rule), "portForwards", what)
    if posture is not None and posture.vnc and not is_loopback(_address(posture.vnc)):
        what = f"The VM's screen and keyboard are served by VNC at {visible(posture.vnc)}."
        yield finding(subject, source(subject, "video"), "video", what)


def _address(vnc: str) -> str:
    """Return the address of a VNC server, as QEMU reads `ADDRESS:NUMBER[,option…]`; without one it is every one."""
    place, *options = vnc.split(",")
    if not all(map(_HARMLESS_OPTION.fullmatch, options)):
        return UNSPECIFIED
    if place == "none" or place.startswith("unix:"):
        return LOOPBACK
    return place.rpartition(":")[0].strip("[]") or UNSPECIFIED


CHECK: Check[InstanceSubject] = Check(
    code="DVM302",
    severity=Weight.DENY,
    title="Port bound beyond the host's loopback",
    why=(
        "A forward bound to 0.0.0.0, to :: or to an address of the network offers what a guest process "
        "serves to everybody on that network, in your host's name; so does a VNC server of the VM's screen. DVM "
        "binds to 127.0.0.1 only."
    ),
    remedy="Declare the port under `ports` in the manifest, and take the other rule out.",
    find=_find,
)
