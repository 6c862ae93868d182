"""DVM309: a forward of a Unix socket, or one that lets the guest reach the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.forwards import describe, forward_source
from dvm.checks.instances.sources import finding
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    for rule in posture.forwards if posture else ():
        if rule.ignore or not (rule.is_socket or rule.reverse):
            continue
        reverse = "lets the guest reach the host" if rule.reverse else "joins host and guest by a Unix socket"
        yield finding(
            subject, forward_source(subject, rule), "portForwards", f"The forward {describe(rule)} {reverse}."
        )


CHECK: Check[InstanceSubject] = Check(
    code="DVM309",
    severity=Weight.DENY,
    title="Unix-socket or reverse forward",
    why=(
        "A reverse forward offers a service of the host to all that runs in the guest. A forwarded socket "
        "(Docker's, an agent's) is an open door for every program on the host that finds it, or for the "
        "guest where it leads the other way."
    ),
    remedy="Take the rule out; a TCP port declared under `ports` in the manifest does for most services.",
    find=_find,
)
