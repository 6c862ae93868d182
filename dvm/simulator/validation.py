"""What Lima refuses in an effective configuration, with its messages, all of them at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.effective import host_os
from dvm.simulator.home import UNIX_PATH_MAX
from dvm.simulator.log import tick
from dvm.simulator.sizes import parse_size
from dvm.simulator.version import VERSION, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ARCHS = ("x86_64", "aarch64", "armv7l", "ppc64le", "riscv64", "s390x")
VM_TYPES = {"linux": ("qemu",), "darwin": ("qemu", "vz")}
_KNOWN_VM_TYPES = ("qemu", "vz", "wsl2")
_SYSTEM_PATHS = {"/", "/bin", "/dev", "/etc", "/home", "/opt", "/sbin", "/tmp", "/usr", "/var"}  # noqa: S108
_MODES = ("system", "user", "boot", "data", "dependency", "ansible", "yq")
_SSH_PORT = 22
_LAST_PORT = 65535
_LONGEST_INTERFACE = 16


def vm_type_problem(config: Mapping[str, Any]) -> str:
    """Return why no VM of that type can be had here; nothing if it can."""
    vm_type = config["vmType"]
    if vm_type not in _KNOWN_VM_TYPES:
        return f"vmType {tick(vm_type)} is not a registered driver"
    if vm_type not in VM_TYPES.get(host_os(), _KNOWN_VM_TYPES):
        return f"unknown or unsupported VM type: {vm_type}"
    return ""


def unused_param(own: Mapping[str, Any]) -> str:
    """Return the complaint about the first `param` of a lima.yaml that nothing in it uses; nothing if all are used."""
    users = {key: own.get(key) or [] for key in ("provision", "probes", "copyToHost", "portForwards", "mounts")}
    text = "\n".join(value for rows in users.values() for row in rows for value in _texts(row))
    for key in own.get("param") or {}:
        if not re.search(rf"{{{{[^}}]*\.Param\.{re.escape(key)}[^}}]*}}}}|\bPARAM_{re.escape(key)}\b", text):
            return f"field `param` key {tick(key)} is not used in any provision, probe, copyToHost, or portForward"
    return ""


def _texts(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row of any of the lists
    return (value for value in row.values() if isinstance(value, str)) if isinstance(row, dict) else iter(())


def problems(config: Mapping[str, Any]) -> list[str]:
    """Return Lima's complaints about the configuration, in its order."""
    found: list[str] = list(_machine(config))
    found += _mounts(config)
    if config["ssh"]["localPort"]:
        found += _port("ssh.localPort", config["ssh"]["localPort"])
    found += _provision(config)
    found += _probes(config)
    for index, rule in enumerate(config.get("portForwards", ())):
        found += _forward(f"portForwards[{index}]", rule)
    found += _copies(config)
    if config["hostResolver"]["enabled"] and config.get("dns"):
        found.append("field `dns` must be empty when field `HostResolver.Enabled` is true")
    found += _networks(config)
    if not config["user"]["passwordlessSudo"] and not config["plain"]:
        found.append("`user.passwordlessSudo: false` requires `plain: true`")
    return found


def _machine(config: Mapping[str, Any]) -> Iterator[str]:
    wanted = config.get("minimumLimaVersion", "")
    if wanted and numbers(wanted) > numbers(VERSION):
        yield f"template requires Lima version {tick(wanted)}; this is only {tick(f'v{VERSION}')}"
    if config["arch"] not in ARCHS:
        yield f"field `arch` must be one of [{' '.join(ARCHS)}]; got {tick(config['arch'])}"
    if not config.get("images"):
        yield "field `images` must be set"
    for key in ("memory", "disk"):
        try:
            parse_size(config[key])
        except ValueError as error:
            yield f"field {tick(key)} has an invalid value: {error}"


def _copies(config: Mapping[str, Any]) -> Iterator[str]:
    for index, rule in enumerate(config.get("copyToHost", ())):
        for side in ("guest", "host"):
            if rule.get(side) and not rule[side].startswith("/"):
                field = f"CopyToHost[{index}].{side}"
                yield f"field `{field}` must be an absolute path, but is {tick(rule[side])}"


def _mounts(config: Mapping[str, Any]) -> Iterator[str]:
    for index, mount in enumerate(config.get("mounts", ())):
        field, location, point = f"mounts[{index}]", mount["location"], mount["mountPoint"]
        if not location.startswith(("/", "~")):
            yield f"field `{field}.location` must be an absolute path, got {tick(location)}"
        elif Path(location).exists() and not Path(location).is_dir():
            yield f"field `{field}.location` refers to a non-directory path: {tick(location)}: %!w(<nil>)"
        if point in _SYSTEM_PATHS:
            yield f"field `{field}.mountPoint` must not be a system path such as /etc or /usr"
        elif point == config["user"]["home"]:
            yield f"field `{field}.mountPoint` is the reserved internal home directory {tick(point)}"


def _provision(config: Mapping[str, Any]) -> Iterator[str]:
    for index, step in enumerate(config.get("provision", ())):
        if step["mode"] not in _MODES:
            named = ", ".join(tick(mode) for mode in _MODES[:-1])
            yield f"field `provision[{index}].mode` must one of {named}, or {tick(_MODES[-1])}"
        elif step["mode"] not in {"data", "yq", "ansible"} and not step["script"]:
            yield f"field `provision[{index}].script` must not be empty"


def _probes(config: Mapping[str, Any]) -> Iterator[str]:
    for index, probe in enumerate(config.get("probes", ())):
        if not probe["script"].startswith("#!"):
            yield f"field `probe[{index}].script` must start with a '#!' line"
        if probe["mode"] != "readiness":
            yield f"field `probe[{index}].mode` can only be `readiness`"


def _forward(field: str, rule: Mapping[str, Any]) -> Iterator[str]:
    if rule["guestIPMustBeZero"] and rule["guestIP"] != "0.0.0.0":  # noqa: S104 - compared, not bound
        yield f"field `{field}.guestIPMustBeZero` can only be true when field `{field}.guestIP` is 0.0.0.0"
    for side in ("guest", "host"):
        port = rule.get(f"{side}Port", 0)
        if port:
            if rule.get(f"{side}Socket"):
                yield f"field `{field}.{side}Port` must be 0 when field `{field}.{side}Socket` is set"
            yield from _port(f"{field}.{side}Port", port)
    yield from _ranges(field, rule)
    yield from _sockets(field, rule)
    if rule["proto"] not in {"tcp", "udp", "any"}:
        yield f"field `{field}.proto` must be `tcp`, `udp`, or `any`"
    for side in ("guest", "host"):
        if rule.get("reverse") and not rule.get(f"{side}Socket"):
            yield f"field `{field}.reverse` must be false"


def _ranges(field: str, rule: Mapping[str, Any]) -> Iterator[str]:
    guest, host = rule["guestPortRange"], rule.get("hostPortRange", [0, 0])
    for index in range(2):
        yield from _port(f"{field}.guestPortRange[{index}]", guest[index])
        if not rule.get("hostSocket"):
            yield from _port(f"{field}.hostPortRange[{index}]", host[index])
    for side, ports in (("guest", guest), ("host", host)):
        if ports[0] > ports[1]:
            last, first = f"field `{field}.{side}PortRange[1]`", f"field `{field}.{side}PortRange[0]`"
            yield f"{last} must be greater than or equal to {first}"


def _sockets(field: str, rule: Mapping[str, Any]) -> Iterator[str]:
    guest, host = rule["guestPortRange"], rule.get("hostPortRange", [0, 0])
    guest_socket, host_socket = rule.get("guestSocket", ""), rule.get("hostSocket", "")
    if guest_socket:
        if not guest_socket.startswith("/"):
            yield f"field `{field}.guestSocket` must be an absolute path, but is {tick(guest_socket)}"
        if not host_socket and host[1] > host[0]:
            yield f"field `{field}.guestSocket` can only be mapped to a single port or socket. not a range"
    if host_socket:
        if not guest_socket and guest[1] > guest[0]:
            yield f"field `{field}.hostSocket` can only be mapped from a single port or socket. not a range"
        if len(host_socket) >= UNIX_PATH_MAX:
            yield (
                f"field `{field}.hostSocket` must be less than UNIX_PATH_MAX={UNIX_PATH_MAX} characters, "
                f"but is {len(host_socket)}"
            )
    elif guest[1] - guest[0] != host[1] - host[0]:
        first, second = f"field `{field}.hostPortRange`", f"field `{field}.guestPortRange`"
        yield f"{first} must specify the same number of ports as {second}"


def _networks(config: Mapping[str, Any]) -> Iterator[str]:
    for index, network in enumerate(config.get("networks", ())):
        field = f"networks[{index}]"
        if not (network.get("lima") or network.get("socket") or network.get("vzNAT")):
            yield f"field `{field}.lima` or  field `{field}.socket must be set"
        elif network.get("lima") not in {None, "user-v2"} and host_os() != "darwin":
            yield f"field `{field}.lima` is only supported on macOS right now"
        if len(network["interface"]) >= _LONGEST_INTERFACE:
            size = f"{len(network['interface'])} bytes: {tick(network['interface'])}"
            yield f"field `{field}.interface` must be less than 16 bytes, but is {size}"


def _port(field: str, port: int) -> Iterator[str]:
    if port < 0:
        yield f"field {tick(field)} must be > 0"
    elif port == 0:
        yield f"field {tick(field)} must be set"
    elif port == _SSH_PORT:
        yield f"field {tick(field)} must not be 22"
    elif port > _LAST_PORT:
        yield f"field {tick(field)} must be < 65536"
