"""Lima's settings for a VM, as the yq expression that `limactl create` and `limactl edit` take with --set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dvm.egress.enforcer import Enforcer, enforcer, expected_vm_type
from dvm.egress.guest import HOST_PROXY, proxy_variables
from dvm.model.choices import Isolation
from dvm.model.units import format_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.model.instance import Repair
    from dvm.model.manifest import DesiredVM

# Not in plain mode Lima forwards every port a guest process listens on, whatever else is declared; this last rule
# stops it. A bare `ignore: true` would still let binds on 0.0.0.0 and :: through (measured on Lima 2.2.0).
CATCH_ALL: Mapping[str, Any] = {
    "guestIP": "0.0.0.0",  # noqa: S104 - a pattern that matches, not an address that is bound
    "guestIPMustBeZero": False,
    "guestPortRange": [1, 65535],
    "proto": "any",
    "ignore": True,
}
# yq undoes escapes after JSON's own rules: a backslash is taken for another escape or for an expression, "\\(", and it
# does not know those of control characters.
_OTHERWISE_IN_YQ = ("\\\\", "\\u")


def port_forwards(vm: DesiredVM) -> list[dict[str, Any]]:
    """Return the whole rule list. First match wins, so the catch-all comes last."""
    strict = vm.config.isolation is Isolation.STRICT
    rules: list[dict[str, Any]] = [
        # Static in both isolations: bound at the start, whatever the guest says, and seen to be (DVM316).
        {"guestPort": port.guest, "hostPort": port.host, "hostIP": "127.0.0.1", "static": True}
        for port in sorted(vm.config.ports)
    ]
    if not strict and not vm.config.auto_ports:
        rules.append(dict(CATCH_ALL))
    return rules


PROXY_ENVIRONMENT: Mapping[str, str] = proxy_variables(HOST_PROXY)
"""Lima's `env` of a VM whose egress the host holds: its first boot knows the proxy too."""


def proxy_environment(vm: DesiredVM, vm_type: str | None = None) -> Mapping[str, str]:
    """Return what DVM sets of Lima's `env`; `vm_type` is the driver that Lima shows, None: there is no instance yet.

    Where the guest holds its egress the way to the proxy has a credential, and comes with the bootstrap.
    """
    driver = expected_vm_type(vm.config.vm_type) if vm_type is None else vm_type
    return PROXY_ENVIRONMENT if vm.limited and enforcer(driver) is Enforcer.HOST else {}


def settings(vm: DesiredVM, vm_type: str | None = None) -> dict[str, Any]:
    """Return what DVM sets, by path in Lima's YAML. Every list is given whole, so nothing old stays in it.

    `vm_type` is the driver that Lima shows, None: there is no instance yet.
    """
    config = vm.config
    return {
        ".cpus": vm.cpus,
        ".memory": format_size(config.memory),
        ".disk": format_size(config.disk),
        ".plain": config.isolation is Isolation.STRICT,
        ".mounts": [],
        ".portForwards": port_forwards(vm),
        ".propagateProxyEnv": config.proxy_env,
        ".ssh.forwardAgent": False,
        ".ssh.forwardX11": False,
        # Lima turns X11 on by either of the two.
        ".ssh.forwardX11Trusted": False,
        ".ssh.loadDotSSHPubKeys": False,
        ".audio.device": "none",
        **{f".env.{name}": value for name, value in proxy_environment(vm, vm_type).items()},
    }


def expression(values: Mapping[str, Any]) -> str:
    """Return one yq expression that sets every path to its value; JSON is valid yq.

    yq, as limactl has it, leaves escaped Unicode undecoded, so text goes in as it is.
    """
    return " | ".join(f"{path} = {json.dumps(value, ensure_ascii=False)}" for path, value in values.items())


def put_back(repair: Repair) -> str:
    """Return the yq expression of a repair."""
    place = "." + "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in repair.keys)
    return f"del({place})" if repair.value is None else f"{place} = {repair.value}"


def survives_yq(repair: Repair) -> bool:
    """Whether yq takes the text of a repair as it is."""
    return not any(escape in put_back(repair) for escape in _OTHERWISE_IN_YQ)
