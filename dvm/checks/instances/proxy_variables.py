"""DVM308: the host's proxy variables in the guest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import SettingSource, entries, finding, source
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject

_PROXIES = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"})


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture, allowed = subject.instance.posture, subject.allowed
    if posture is None or (allowed is not None and allowed.proxy_env):
        return
    if posture.proxy_env:
        origin = source(subject, "propagateProxyEnv")
        # Lima hands them on by default, so an orphan's own file says nothing about what was wanted.
        if allowed is not None or origin.shared:
            what = "The host's proxy variables, passwords in them included, are handed to the guest."
            yield finding(subject, origin, "propagateProxyEnv", what)
    for path, variables in entries(subject, "env"):
        # Other variables are not the host's environment; what a template sets in its own file belongs to it.
        for name in variables if isinstance(variables, dict) else ():
            if is_proxy(str(name)) and name in posture.env:
                what = f"The variable {visible(str(name))} is set in the guest; its value may hold a password."
                yield finding(subject, SettingSource(path, shared=True), "env", what)


def is_proxy(name: str) -> bool:
    """Whether an environment variable of this name says where a proxy is."""
    return name.lower() in _PROXIES


CHECK: Check[InstanceSubject] = Check(
    code="DVM308",
    severity=Weight.DENY,
    title="Proxy variables passed on to the guest",
    why=(
        "http_proxy and its kin often carry a user name and a password. Lima hands them to every guest "
        "by default, and files in $LIMA_HOME/_config can set them for all."
    ),
    remedy=(
        "Leave proxy_env = false and take the setting out, or say proxy_env = true for the VMs that need the proxy."
    ),
    find=_find,
)
