"""DVM303: a port of the guest on the host that the manifest does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.forwards import (
    LOOPBACK,
    UNSPECIFIED,
    describe,
    forward_source,
    is_loopback,
)
from dvm.checks.instances.sources import SettingSource, finding, own
from dvm.model.check import Weight
from dvm.model.choices import Isolation
from dvm.model.port import Port, parse_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject
    from dvm.model.instance import Forward, Posture
    from dvm.model.receipt import Allowance

_GUEST_ADDRESSES = frozenset({"", LOOPBACK, UNSPECIFIED, "::", "::1"})


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture, allowed = subject.instance.posture, subject.allowed
    # What the manifest of an orphan declared is in its receipt, unless an earlier version wrote that.
    if posture is None or allowed is None:
        return
    declared = _ports(allowed)
    for rule in posture.forwards:
        # Binds beyond loopback, sockets and reverse forwards have checks of their own.
        ours = not rule.ignore and not rule.is_socket and not rule.reverse and is_loopback(rule.host_ip)
        if ours and not _is_declared(rule, declared, same_port=allowed.auto_ports):
            what = f"The forward {describe(rule)} is not declared in the manifest."
            yield finding(subject, forward_source(subject, rule), "portForwards", what)
    if not posture.plain and not allowed.auto_ports:
        yield from _catch_all(subject, posture, allowed)


def _ports(allowed: Allowance) -> frozenset[Port]:
    return frozenset(parse_port(port) for port in allowed.ports)


def _is_declared(rule: Forward, declared: frozenset[Port], *, same_port: bool) -> bool:
    (first, last), (guest, guest_last) = rule.host_ports, rule.guest_ports
    if rule.guest_ip not in _GUEST_ADDRESSES or last - first != guest_last - guest:
        return False
    if same_port and first == guest:
        # auto_ports: Lima forwards each guest port to the same port of the host's loopback anyway.
        return True
    # A declared port is a TCP port.
    if rule.proto == "udp" or last - first >= len(declared):
        return False
    return all(Port(first + step, guest + step) in declared for step in range(last - first + 1))


def _catch_all(subject: InstanceSubject, posture: Posture, allowed: Allowance) -> Iterator[Finding]:
    place = next((index for index, rule in enumerate(posture.forwards) if rule.is_catch_all), None)
    if place is None:
        what = "Not in plain mode, and no last rule ignores undeclared ports, so Lima forwards each one."
        yield finding(subject, _opener(subject, allowed), "portForwards", what)
        return
    rule = posture.forwards[place]
    for shut in posture.forwards[place + 1 :]:
        # Static rules are set up at start and matched by nothing.
        if not shut.ignore and not shut.static and _is_declared(shut, _ports(allowed), same_port=False):
            what = f"The rule that ignores every port comes before the declared {describe(shut)} and shuts it."
            yield finding(subject, forward_source(subject, rule), "portForwards", what)


def _opener(subject: InstanceSubject, allowed: Allowance) -> SettingSource:
    # DVM sets plain in the instance's own file, and of `_config` only override.yaml is stronger than that.
    for path, value in subject.lima_config.parsed.items():
        if allowed.isolation is Isolation.STRICT and path.name == "override.yaml" and value.get("plain") is False:
            return SettingSource(path, shared=True)
    return own(subject)


CHECK: Check[InstanceSubject] = Check(
    code="DVM303",
    severity=Weight.DENY,
    title="Undeclared port forwarded to the host",
    why=(
        "A port of the guest on the host's 127.0.0.1 is open to every program and every browser page of the "
        "host, in a place where local services are trusted. Out of plain mode Lima forwards each port that a "
        "guest process listens on, unless a last rule ignores all that was not declared. DVM sets that rule; "
        "it must be there, whole, and in the last place."
    ),
    remedy="Declare the port under `ports` in the manifest, or take the rule out.",
    find=_find,
)
