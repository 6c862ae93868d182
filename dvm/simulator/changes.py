"""The flags that change a lima.yaml, in the order in which Lima applies them whatever order they are given
in.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from dvm.simulator.expression import apply_expression
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.simulator.command_line import CommandLine
    from dvm.simulator.log import Reporter

_CONTAINERD = {
    "user": (True, False),
    "system": (False, True),
    "user+system": (True, True),
    "none": (False, False),
}
_PORT_PARTS = 2
_ORDER = (
    "cpus",
    "dns",
    "memory",
    "mount",
    "mount-only",
    "mount-none",
    "mount-type",
    "vm-type",
    "mount-inotify",
    "mount-writable",
    "network",
    "nested-virt",
    "rosetta",
    "set",
    "param",
    "video",
    "ssh-port",
    "image-variant",
    "arch",
    "containerd",
    "disk",
    "plain",
    "port-forward",
    "shell",
)
_FIELDS = {
    "mount-type": "mountType",
    "vm-type": "vmType",
    "mount-inotify": "mountInotify",
    "mount-only": "mounts",
    "mount-none": "mounts",
    "mount-writable": "mounts[].writable",
    "nested-virt": "nestedVirtualization",
    "ssh-port": "ssh.localPort",
    "shell": "user.shell",
    "video": "video.display",
    "port-forward": "portForwards",
    "image-variant": "images[0].variant",
}
_BARE = {"cpus", "mount-writable", "mount-inotify", "nested-virt", "ssh-port", "plain"}


def has_changes(line: CommandLine) -> bool:
    """Return whether any flag asks for a change."""
    return any(name in line.values for name in _ORDER)


def apply_changes(document: Any, line: CommandLine, reporter: Reporter) -> Any:  # noqa: ANN401 - YAML can be anything
    """Return the changed lima.yaml, parsed.

    Raises:
        Refused: a flag's value is not what it takes, or an expression cannot be applied.
    """
    for expression in _expressions(line, reporter):
        document = expression(document) if callable(expression) else apply_expression(document, expression)
    return document


def _expressions(line: CommandLine, reporter: Reporter) -> list[str | Callable[[Any], Any]]:
    """Return all of them before the first is applied: Lima checks every flag first."""
    found: list[str | Callable[[Any], Any]] = []
    for name in _ORDER:
        values = line.values.get(name)
        if values is None:
            continue
        if name == "set":
            found += values
        elif name == "network":
            found.append(_networks(values))
        elif name == "dns":
            reporter.warning(f"Disabling HostResolver, as custom DNS addresses ([{' '.join(values)}]) are specified")
            found += [f".dns += {json.dumps(values)}", ".hostResolver.enabled = false"]
        elif name == "rosetta":
            found += [f".vmOpts.vz.rosetta.{key} = {values[-1]}" for key in ("enabled", "binfmt")]
        elif name == "containerd":
            user, system = _CONTAINERD.get(values[-1]) or _bad_containerd(values[-1])
            found += [f".containerd.user = {json.dumps(user)}", f".containerd.system = {json.dumps(system)}"]
        elif name == "param":
            found += [f".param[{json.dumps(k)}] = {json.dumps(v)}" for k, _, v in (p.partition("=") for p in values)]
        elif name == "mount":
            found.append(_mounts_first(values))
        else:
            found.append(_expression(name, values))
    return found


def _expression(name: str, values: list[str]) -> str:
    value = values[-1]
    match name:
        case "cpus" if int(value) < 0:
            refuse("error while processing flag `cpus`: invalid value for number of cpus, must be >= 0")
        case "memory" | "disk":
            value = f'"{float(value):g}GiB"'
        case "mount-only":
            value = json.dumps(_mounts(values))
        case "mount-none":
            value = "null"
        case "video":
            value = '"default"' if value == "true" else '"none"'
        case "port-forward":
            value = json.dumps([_port(spec) for spec in values])
        case _ if name not in _BARE:
            value = json.dumps(value, ensure_ascii=False)
        case _:
            pass
    operator = "+=" if name == "port-forward" else "="
    return f".{_FIELDS.get(name, name)} {operator} {value}"


def _mounts(values: list[str]) -> list[dict[str, Any]]:
    listed = [part for value in values for part in value.split(",")]
    found: list[dict[str, Any]] = []
    for spec in listed:
        location = os.path.expanduser(spec.removesuffix(":w"))  # noqa: PTH111 - a text, not yet a path
        found.append({"location": location, "mountPoint": location, "writable": spec.endswith(":w")})
    return found


def _mounts_first(values: list[str]) -> Callable[[Any], Any]:
    def change(document: Any) -> Any:  # noqa: ANN401
        return {**document, "mounts": [*reversed(_mounts(values)), *(document.get("mounts") or ())]}

    return change


def _networks(values: list[str]) -> Callable[[Any], Any]:
    added: list[dict[str, Any]] = []
    for name in [part for value in values for part in value.split(",")]:
        if name != "vzNAT" and not name.startswith("lima:"):
            refuse(f"error while processing flag `network`: network name must be `vzNAT` or `lima:*`, got {tick(name)}")
        added.append({"vzNAT": True} if name == "vzNAT" else {"lima": name.removeprefix("lima:")})

    def change(document: Any) -> Any:  # noqa: ANN401
        unique: dict[Any, dict[str, Any]] = {}
        for network in [*(document.get("networks") or ()), *added]:
            unique.setdefault(network.get("lima"), network)
        return {**document, "networks": list(unique.values())}

    return change


def _port(spec: str) -> dict[str, Any]:
    parts = spec.split(",")
    ports = [port.strip() for port in parts[0].split(":")]
    prefix = "error while processing flag `port-forward`: "
    if len(parts) > _PORT_PARTS:
        refuse(f"{prefix}invalid port forward format {tick(spec)}, expected HOST:GUEST or HOST:GUEST,static=true")
    if len(ports) != _PORT_PARTS:
        refuse(f"{prefix}invalid port forward format {tick(parts[0])}, expected HOST:GUEST")
    static = parts[1].strip() if len(parts) == _PORT_PARTS else "static=false"
    if not static.startswith("static="):
        refuse(f"{prefix}invalid parameter {tick(static)}, expected `static=` followed by a boolean value")
    return {"guestPort": ports[1], "hostPort": ports[0], "static": static == "static=true"}


def _bad_containerd(value: str) -> tuple[bool, bool]:
    refuse(
        "error while processing flag `containerd`: "
        f"expected one of [`user`, `system`, `user+system`, `none`], got {tick(value)}"
    )
