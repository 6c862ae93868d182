"""A VM's attributes on both sides, in the same plain JSON values, so that like is compared with like.

Sizes and ports are written as the manifest writes them, lists are sorted, and what the manifest leaves to Lima
(`vm_type`, `arch`) is compared only where the manifest says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.model.choices import Isolation
from dvm.model.instance import Status
from dvm.model.units import format_size

if TYPE_CHECKING:
    from dvm.model.instance import Forward, Instance, Posture
    from dvm.model.manifest import DesiredVM

Attributes = dict[str, Any]


def desired_attributes(vm: DesiredVM) -> Attributes:
    """Return what the manifest wants."""
    config = vm.config
    chosen = {"arch": config.arch, "vm_type": config.vm_type}
    return {
        "template": config.template,
        "template_sha256": vm.template_sha256,
        **{name: value for name, value in chosen.items() if value is not None},
        "cpus": vm.cpus,
        "memory": format_size(config.memory),
        "disk": format_size(config.disk),
        "isolation": str(config.isolation),
        "ports": [str(port) for port in sorted(config.ports)],
        "auto_ports": config.auto_ports,
        "proxy_env": config.proxy_env,
        "mounts": [],
        "agent_forwarding": False,
        "ssh_public_keys": False,
        "audio": "",
        "protect": config.protect,
        "running": config.running,
        "user": config.user,
        "sudo": config.sudo,
        "subuid_count": config.subuid_count,
        "subgid_count": config.subgid_count,
    }


def observed_attributes(instance: Instance, vm: DesiredVM | None) -> Attributes:
    """Return what is there: limactl's word, and the receipt's where limactl can't know.

    `vm` is the desired VM, None for an orphan. A VM that was never bootstrapped has no user yet, and one whose
    bootstrap waits for a first start is compared as if it had: both are the planner's to tell, not a difference.
    """
    receipt = instance.receipt
    made = receipt.bootstrap if receipt else None
    posture = instance.posture
    facts: Attributes = {
        "template": receipt.template if receipt else None,
        "template_sha256": receipt.template_sha256 if receipt else None,
        **({"arch": instance.arch} if vm is None or vm.config.arch is not None else {}),
        **({"vm_type": instance.vm_type} if vm is None or vm.config.vm_type is not None else {}),
        "cpus": instance.cpus,
        "memory": _size(instance.memory),
        "disk": _size(instance.disk),
        "protect": instance.protected,
        "running": instance.status is Status.RUNNING,
    }
    if posture is not None:
        facts |= _posture_attributes(posture)
    if made is not None:
        facts |= {
            "user": made.user,
            "sudo": made.sudo,
            "subuid_count": made.subuid_count,
            "subgid_count": made.subgid_count,
        }
    return facts


def _posture_attributes(posture: Posture) -> Attributes:
    return {
        "isolation": str(Isolation.STRICT if posture.plain else Isolation.STANDARD),
        "ports": sorted((_rule(rule) for rule in posture.forwards if not rule.ignore), key=_by_number),
        "auto_ports": not posture.plain and not any(is_catch_all(rule) for rule in posture.forwards),
        "proxy_env": posture.proxy_env,
        "mounts": [f"{mount.location} ({'rw' if mount.writable else 'ro'})" for mount in posture.mounts],
        "agent_forwarding": posture.forward_agent or posture.forward_x11,
        "ssh_public_keys": posture.ssh_public_keys,
        "audio": posture.audio,
    }


def is_catch_all(rule: Forward) -> bool:
    """Whether a rule keeps every port that no earlier rule names from being forwarded."""
    return (
        rule.ignore
        and rule.guest_ports == (1, 65535)
        and rule.guest_ip in {"0.0.0.0", "::"}  # noqa: S104 - what the rule matches
        and not rule.guest_ip_must_be_zero
        and rule.proto == "any"
    )


def _rule(rule: Forward) -> str:
    """As the manifest would write it, or in full where it could not."""
    if rule.is_socket:
        return f"{rule.host_socket or rule.host_ports[0]}:{rule.guest_socket or rule.guest_ports[0]}"
    single = rule.host_ports[0] == rule.host_ports[1] and rule.guest_ports[0] == rule.guest_ports[1]
    if single and rule.host_ip in {"127.0.0.1", ""} and not rule.reverse:
        return f"{rule.host_ports[0]}:{rule.guest_ports[0]}"
    host, guest = ("-".join(str(end) for end in dict.fromkeys(ends)) for ends in (rule.host_ports, rule.guest_ports))
    return f"{rule.host_ip}:{host}:{guest}" + (" (reverse)" if rule.reverse else "")


def _by_number(text: str) -> tuple[int, str]:
    first = text.partition(":")[0]
    return (int(first) if first.isdigit() else 0, text)


def _size(size: int | None) -> str | None:
    return None if size is None else format_size(size)
