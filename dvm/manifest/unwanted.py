"""Keys that people ask for and that DVM has not, on purpose: why, and what to do instead."""

from __future__ import annotations

_MOUNT = (
    "Host files stay on the host: code in a guest must have no way back. "
    "Bring files in with `dvm cp`, or clone with git inside the guest."
)
_ARGUMENTS = "Extra limactl arguments could undo every check. What DVM knows to be safe has a key of its own."
_AGENT = (
    "A forwarded agent lets the guest use your host's keys. "
    "`dvm key VM` makes one that lives in the guest; `dvm ssh --env NAME` hands over one variable."
)
_PROVISION = (
    "What runs in a guest is a setup script that you reviewed: list it under setup "
    '(as = "root" for what Lima calls mode: system).'
)
_CONTAINERD = (
    "Lima's containerd is off, because it downloads at create. Install rootless Podman or Docker in a setup script."
)
_IMAGES = "Images come from the template: name one with template, and pin it with template_sha256."
_NETWORK = "A VM has Lima's user-mode network alone; others would open it to the host's network."
_ENVIRONMENT = (
    'Variables for setup scripts are env = { NAME = "value" }. '
    "A secret is no value for a manifest: hand it over with `dvm ssh VM --env NAME`."
)
_COPY = "A guest must not write files on the host. Fetch what you want with `dvm cp VM:PATH .`."
_PORTS = 'Ports are declared as ports = ["HOST:GUEST"], and always on the host\'s 127.0.0.1.'
_HOOKS = "DVM runs nothing on the host on behalf of a manifest. What belongs in the guest is a setup script."

_REASONS = {
    **dict.fromkeys(
        ("mount", "mounts", "mount_type", "volumes", "volume", "share", "shares", "shared_folders"), _MOUNT
    ),
    **dict.fromkeys(
        ("limactl_args", "limactl", "args", "extra_args", "flags", "options", "set", "lima_args"), _ARGUMENTS
    ),
    **dict.fromkeys(("ssh_agent", "forward_agent", "agent", "agent_forwarding", "ssh", "forward_x11"), _AGENT),
    **dict.fromkeys(("provision", "provisioning", "script", "scripts", "probes"), _PROVISION),
    **dict.fromkeys(("containerd", "docker", "nerdctl"), _CONTAINERD),
    **dict.fromkeys(("image", "images", "distro", "os"), _IMAGES),
    **dict.fromkeys(("network", "networks", "dns", "host_resolver"), _NETWORK),
    **dict.fromkeys(("environment", "param", "params", "secrets"), _ENVIRONMENT),
    **dict.fromkeys(("copy_to_host", "copytohost"), _COPY),
    **dict.fromkeys(("port_forwards", "port_forward", "portforwards", "forwards", "publish", "port"), _PORTS),
    **dict.fromkeys(("hook", "hooks", "pre_apply", "post_apply", "before", "after", "command", "commands"), _HOOKS),
}


# What such keys are called in other tools is without number; no key of ours has one of these in it.
_PARTS = (
    ("mount", _MOUNT),
    ("agent", _AGENT),
    ("lima", _ARGUMENTS),
    ("extraarg", _ARGUMENTS),
    ("provision", _PROVISION),
)


def why_not(key: str) -> str:
    """Return why DVM has no such key and what to do instead, or nothing where it is a mere mistake."""
    plain = key.lower().replace("-", "_").replace(" ", "_")
    folded = plain.replace("_", "")
    reason = _REASONS.get(plain) or next(
        (text for name, text in _REASONS.items() if name.replace("_", "") == folded), ""
    )
    return reason or next((text for part, text in _PARTS if part in folded), "")


def refused_keys() -> dict[str, tuple[str, ...]]:
    """Return the reasons, each with the keys that are refused for it."""
    found: dict[str, tuple[str, ...]] = {}
    for key, reason in _REASONS.items():
        found[reason] = (*found.get(reason, ()), key)
    return found
