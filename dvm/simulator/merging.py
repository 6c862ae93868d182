"""How lists of three files become one: the instance's own, `_config/default.yaml` and
`_config/override.yaml`.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Any

from dvm.simulator.gotemplate import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_SSHFS = {"cache": True, "followSymlinks": False, "sftpDriver": ""}
_NINEP = {"securityModel": "none", "protocolVersion": "9p2000.L", "msize": "128KiB"}


def merge_mounts(
    mounts: Iterable[Mapping[str, Any]], host: Mapping[str, Any], guest: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the mounts, default first and override last; a later one at the same mount point changes the
    earlier.
    """
    merged: dict[str, dict[str, Any]] = {}
    for mount in mounts:
        location = os.path.normpath(expand(mount.get("location", ""), host))
        if location == "~" or location.startswith("~/"):
            location = os.path.expanduser(location)  # noqa: PTH111 - a text, not yet a path
        point = expand(mount["mountPoint"], guest) if "mountPoint" in mount else location
        full = merged.setdefault(point, {"location": location, "mountPoint": point})
        for key in ("sshfs", "9p", "virtiofs"):
            full[key] = {**full.get(key, {}), **mount.get(key, {})}
        if "writable" in mount:
            full["writable"] = mount["writable"]
    return [_filled(mount) for mount in merged.values()]


def _filled(mount: dict[str, Any]) -> dict[str, Any]:
    writable = mount.get("writable", False)
    filled = {
        "location": mount["location"],
        "mountPoint": mount["mountPoint"],
        "writable": writable,
        "sshfs": {**_SSHFS, **mount["sshfs"]},
        "9p": {**_NINEP, "cache": "mmap" if writable else "fscache", **mount["9p"]},
    }
    return {**filled, "virtiofs": mount["virtiofs"]} if mount["virtiofs"] else filled


def merge_networks(networks: Iterable[Mapping[str, Any]], file: Path) -> list[dict[str, Any]]:
    """Return the networks, default first; one with an earlier one's interface changes that."""
    merged: list[dict[str, Any]] = []
    named: dict[str, dict[str, Any]] = {}
    for network in networks:
        earlier = named.get(network.get("interface", ""))
        if earlier is None:
            merged.append(dict(network))
            if network.get("interface"):
                named[network["interface"]] = merged[-1]
            continue
        earlier.update({key: network[key] for key in ("macAddress", "metric") if network.get(key)})
        for kind, other in (("socket", "lima"), ("lima", "socket")):
            if network.get(kind):
                earlier[kind] = network[kind]
                earlier.pop(other, None)
    for index, network in enumerate(merged):
        digest = f"{zlib.crc32(f'{file}#{index}'.encode()):08x}"
        made = ":".join(("52:55:55", digest[:2], digest[2:4], digest[4:6]))
        network["macAddress"] = network.get("macAddress") or made
        network["interface"] = network.get("interface") or f"lima{index}"
        network.setdefault("metric", 100)
    order = ("lima", "socket", "vzNAT", "macAddress", "interface", "metric")
    return [{key: network[key] for key in order if key in network} for network in merged]
