"""The effective configuration: the instance's own lima.yaml under `_config/override.yaml` and over
`default.yaml`.

Lima computes it at each call, so a change in those two files reaches instances that already exist.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.fields import FIELDS
from dvm.simulator.forwards import fill_forward
from dvm.simulator.gotemplate import expand
from dvm.simulator.merging import merge_mounts, merge_networks
from dvm.simulator.sizes import format_size
from dvm.simulator.user import login_user

if TYPE_CHECKING:
    from collections.abc import Mapping

GIB = 1 << 30
_NERDCTL = "https://github.com/containerd/nerdctl/releases/download/v2.3.5/nerdctl-full-2.3.5-linux"
_PLAIN_LISTS = (
    "images",
    "additionalDisks",
    "mountTypesUnsupported",
    "provision",
    "probes",
    "copyToHost",
    "portForwards",
)
_OWN_ONLY = ("base", "minimumLimaVersion", "message", "cpuType", "rosetta")


def host_arch() -> str:
    """Return the host's architecture in Lima's words."""
    machine = os.uname().machine
    return {"arm64": "aarch64", "amd64": "x86_64"}.get(machine, machine)


def host_os() -> str:
    """Return `linux` or `darwin`, whose rules for vm types hold here; `DVM_SIM_OS` may say otherwise."""
    return os.environ.get("DVM_SIM_OS") or os.uname().sysname.lower()


def merge(
    own: Mapping[str, Any],
    default: Mapping[str, Any],
    override: Mapping[str, Any],
    directory: Path,
    home: Path,
) -> dict[str, Any]:
    """Return the effective configuration of the instance in `directory`, keys in Lima's order.

    The three mappings have Lima's types already (`fields.conform`).
    """
    merged: dict[str, Any] = _over(_over(_builtin(), default), own)
    merged = _over(merged, override)
    merged["vmType"] = merged.get("vmType") or _vm_type(merged["arch"])
    for key in _PLAIN_LISTS:
        merged[key] = [*override.get(key, ()), *own.get(key, ()), *default.get(key, ())]
    for key in _OWN_ONLY:
        merged[key] = own.get(key)
    for key, fallback in (("cpus", _cpus()), ("memory", _memory()), ("disk", "100GiB")):
        merged[key] = merged[key] or fallback
    merged["containerd"] = _containerd(own, default, override, merged)
    merged["images"] = [_with_arch(image, merged["arch"]) for image in merged["images"]]
    _expand(
        merged,
        directory,
        home,
        [*default.get("mounts", ()), *own.get("mounts", ()), *override.get("mounts", ())],
    )
    firmware = [file for layer in (override, own, default) for file in layer.get("firmware", {}).get("images", ())]
    if firmware:
        merged["firmware"]["images"] = [_with_arch(image, merged["arch"]) for image in firmware]
    networks = [*default.get("networks", ()), *own.get("networks", ()), *override.get("networks", ())]
    merged["networks"] = merge_networks(networks, directory / "lima.yaml")
    for key in ("files", "certs"):
        layers = (default, own, override)
        texts = dict.fromkeys(text for layer in layers for text in layer.get("caCerts", {}).get(key, ()))
        if texts:
            merged["caCerts"][key] = list(texts)
    merged["dns"] = override.get("dns") or own.get("dns") or default.get("dns")
    if merged["plain"]:
        _make_plain(merged)
    kept = {key for key in FIELDS if merged.get(key) not in (None, [], {}, "") or key == "timezone"}
    return {key: merged[key] for key in FIELDS if key in kept}


def _make_plain(merged: dict[str, Any]) -> None:
    """Plain mode takes these away after the merge, so that no `_config` file can bring them back."""
    merged["mounts"] = []
    merged["portForwards"] = [rule for rule in merged["portForwards"] if rule.get("static")]
    merged["containerd"].update(system=False, user=False)
    merged["timezone"] = ""


def _expand(merged: dict[str, Any], directory: Path, home: Path, mounts: list[dict[str, Any]]) -> None:
    user, param = merged["user"], merged.get("param", {})
    name = directory.name
    guest = {
        "Name": name,
        "Hostname": f"lima-{name}",
        "UID": user["uid"],
        "User": user["name"],
        "Param": param,
    }
    guest["Home"] = user["home"] = expand(user["home"], {**guest, "Home": user["home"]})
    host = {
        "Dir": directory,
        "Name": name,
        "Instance": name,
        "LimaHome": home,
        "Home": Path.home(),
        "Param": param,
    }
    host |= {"UID": user["uid"], "User": user["name"], "GlobalTempDir": "/tmp", "TempDir": "/tmp"}  # noqa: S108 - Lima's
    merged["portForwards"] = [fill_forward(rule, directory, host, guest) for rule in merged["portForwards"]]
    merged["mounts"] = merge_mounts(mounts, host, guest)
    merged["copyToHost"] = [
        {**rule, "guest": expand(rule.get("guest", ""), guest), "host": expand(rule.get("host", ""), host)}
        for rule in merged["copyToHost"]
    ]
    count = len(merged["probes"])
    merged["probes"] = [
        {
            "mode": "readiness",
            "description": f"user probe {number}/{count}",
            **probe,
            "script": expand(probe.get("script", ""), guest),
        }
        for number, probe in enumerate(merged["probes"], 1)
    ]
    merged["provision"] = [
        _provision({"mode": "system", **step, "script": expand(step.get("script", ""), guest)}, guest)
        for step in merged["provision"]
    ]


def _provision(step: dict[str, Any], guest: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with what Lima fills in by its mode."""
    mode = step["mode"]
    if mode == "dependency":
        return {"skipDefaultDependencyResolution": False, **step}
    if mode not in {"data", "yq"}:
        return step
    first = {"content": "", "overwrite": True} if mode == "data" else {"format": "auto"}
    filled = {**first, "owner": "root:root", "permissions": "644", **step}
    texts = ("content", "owner", "path") if mode == "data" else ("expression", "owner", "path")
    return {**filled, **{key: expand(filled[key], guest) for key in texts if key in filled}}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping in which what is above wins, mapping by mapping; an empty string above does not."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _over(merged[key], value) if key not in ("vmOpts", "osOpts") else {**merged[key], **value}
        else:
            merged[key] = value
    return merged


def _builtin() -> dict[str, Any]:
    return {
        "os": "Linux",
        "arch": host_arch(),
        "cpus": 0,
        "memory": "",
        "disk": "",
        "mountInotify": False,
        "ssh": {
            "localPort": 0,
            "loadDotSSHPubKeys": False,
            "forwardAgent": False,
            "forwardX11": False,
            "forwardX11Trusted": False,
        },
        "firmware": {"legacyBIOS": False},
        "audio": {"device": "", "interface": ""},
        "video": {"display": "none"},
        "upgradePackages": False,
        "guestInstallPrefix": "/usr/local",
        "hostResolver": {"enabled": True, "ipv6": False},
        "propagateProxyEnv": True,
        "caCerts": {"removeDefaults": False},
        "plain": False,
        "timezone": _timezone(),
        "nestedVirtualization": False,
        "user": login_user(),
        "tpm": False,
    }


def _containerd(
    own: Mapping[str, Any], default: Mapping[str, Any], override: Mapping[str, Any], merged: Mapping[str, Any]
) -> dict[str, Any]:
    layers = [layer.get("containerd", {}) for layer in (override, own, default)]
    archives = [archive for layer in layers for archive in layer.get("archives", ())]
    if not archives:
        archives = [
            {"location": f"{_NERDCTL}-{suffix}.tar.gz", "arch": arch, "digest": f"sha256:{digit * 64}"}
            for suffix, arch, digit in (("amd64", "x86_64", "a"), ("arm64", "aarch64", "b"))
        ]
    chosen = merged.get("containerd", {})
    user = chosen.get("user", merged["arch"] in {"x86_64", "aarch64"})
    return {"system": chosen.get("system", False), "user": user, "archives": archives}


def _with_arch(image: Mapping[str, Any], arch: str) -> dict[str, Any]:
    full = {"location": image.get("location", ""), "arch": image.get("arch") or arch}
    full |= {key: value for key, value in image.items() if key not in full}
    for part in ("kernel", "initrd"):
        if part in full:
            full[part] = {"location": full[part].get("location", ""), "arch": full["arch"], **full[part]}
    return full


def _vm_type(arch: str) -> str:
    return "vz" if host_os() == "darwin" and arch == host_arch() else "qemu"


def _cpus() -> int:
    return min(4, os.cpu_count() or 1)


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return format_size(min(4 * GIB, total // 2))


def _timezone() -> str:
    try:
        link = str(Path("/etc/localtime").readlink())
    except OSError:
        return ""
    return link.split("zoneinfo/", 1)[-1].lstrip("/")
