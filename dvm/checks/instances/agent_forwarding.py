"""DVM304: the host's SSH agent or X11 display in the guest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import entries, finding, source
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    if posture is None:
        return
    if posture.forward_agent:
        origin = source(subject, "ssh", "forwardAgent")
        yield finding(subject, origin, "ssh.forwardAgent", "The host's SSH agent is forwarded into the guest.")
    if posture.forward_x11:
        # Lima turns X11 on by either of two keys; name the one that somebody wrote.
        trusted = not any(entries(subject, "ssh", "forwardX11")) and any(entries(subject, "ssh", "forwardX11Trusted"))
        key = "forwardX11Trusted" if trusted else "forwardX11"
        what = "The host's X11 display is forwarded into the guest."
        yield finding(subject, source(subject, "ssh", key), f"ssh.{key}", what)


CHECK: Check[InstanceSubject] = Check(
    code="DVM304",
    severity=Weight.DENY,
    title="SSH agent or X11 forwarded into the guest",
    why=(
        "With the agent forwarded, guest root signs in wherever your keys do, for as long as you are "
        "connected; with X11 it reads your keyboard and screen. Lima reads these settings again at every "
        "`limactl shell`."
    ),
    remedy="Turn it off; make a key of the VM's own with `dvm key VM`.",
    find=_find,
)
