"""The fields of lima.yaml: which there are and of what type, so that a typo is warned of and a wrong type
refused.
"""

from __future__ import annotations

import re
from typing import Any

FILE = {"location": "str", "arch": "str", "digest": "str"}
SCRIPT_FILE = "any"
FIELDS: dict[str, Any] = {
    "base": "any",
    "minimumLimaVersion": "str",
    "vmType": "str",
    "vmOpts": "any",
    "os": "str",
    "arch": "str",
    "images": [{**FILE, "kernel": {**FILE, "cmdline": "str"}, "initrd": FILE, "variant": "str"}],
    "cpuType": "any",
    "cpus": "int",
    "memory": "str",
    "disk": "str",
    "additionalDisks": ["any"],
    "mounts": [
        {
            "location": "str",
            "mountPoint": "str",
            "writable": "bool",
            "sshfs": {"cache": "bool", "followSymlinks": "bool", "sftpDriver": "str"},
            "9p": {"securityModel": "str", "protocolVersion": "str", "msize": "str", "cache": "str"},
            "virtiofs": {"queueSize": "int"},
        }
    ],
    "mountTypesUnsupported": ["str"],
    "mountType": "str",
    "mountInotify": "bool",
    "ssh": {
        "localPort": "int",
        "loadDotSSHPubKeys": "bool",
        "forwardAgent": "bool",
        "forwardX11": "bool",
        "forwardX11Trusted": "bool",
        "overVsock": "bool",
    },
    "firmware": {"legacyBIOS": "bool", "images": ["any"]},
    "audio": {"device": "str", "interface": "str"},
    "video": {"display": "str", "vnc": {"display": "str"}},
    "provision": [
        {
            "mode": "str",
            "script": "str",
            "file": SCRIPT_FILE,
            "skipDefaultDependencyResolution": "bool",
            "playbook": "str",
            "expression": "str",
            "format": "str",
            "content": "str",
            "overwrite": "bool",
            "owner": "str",
            "path": "str",
            "permissions": "str",
        }
    ],
    "upgradePackages": "bool",
    "containerd": {"system": "bool", "user": "bool", "archives": [FILE]},
    "guestInstallPrefix": "str",
    "probes": [{"mode": "str", "description": "str", "script": "str", "file": SCRIPT_FILE, "hint": "str"}],
    "portForwards": [
        {
            "guestIPMustBeZero": "bool",
            "guestIP": "str",
            "guestPort": "int",
            "guestPortRange": ["int"],
            "guestSocket": "str",
            "hostIP": "str",
            "hostPort": "int",
            "hostPortRange": ["int"],
            "hostSocket": "str",
            "proto": "str",
            "reverse": "bool",
            "ignore": "bool",
            "static": "bool",
        }
    ],
    "copyToHost": [{"guest": "str", "host": "str", "deleteOnStop": "bool"}],
    "message": "str",
    "networks": [
        {
            "lima": "str",
            "socket": "str",
            "vzNAT": "bool",
            "macAddress": "str",
            "interface": "str",
            "metric": "int",
        }
    ],
    "env": "strings",
    "param": "strings",
    "dns": ["str"],
    "hostResolver": {"enabled": "bool", "ipv6": "bool", "hosts": "strings"},
    "propagateProxyEnv": "bool",
    "caCerts": {"removeDefaults": "bool", "files": ["str"], "certs": ["str"]},
    "rosetta": {"enabled": "bool", "binfmt": "bool"},
    "plain": "bool",
    "timezone": "str",
    "nestedVirtualization": "bool",
    "user": {
        "name": "str",
        "comment": "str",
        "home": "str",
        "shell": "str",
        "uid": "int",
        "passwordlessSudo": "bool",
    },
    "tpm": "bool",
    "osOpts": "any",
}
"""Each field's type, in the order in which Lima prints them: a scalar's name, a list of one, or a mapping."""


class WrongTypeError(Exception):
    """A field has a value of the wrong type; the message is Lima's, less the place in the text."""


def conform(document: object, unknown: list[str]) -> dict[str, Any]:
    """Return the document with Lima's types: `"3"` for a number is 3, 4 for a string `"4"`, null is not
    there.

    Fields that Lima does not know are left out and named in `unknown`.

    Raises:
        WrongTypeError: the first field whose value is of another type.
    """
    if document is None:
        return {}
    clean: dict[str, Any] = _conform(document, FIELDS, "", unknown)
    return clean


def _conform(value: object, kind: Any, field: str, unknown: list[str]) -> Any:  # noqa: ANN401 - YAML can be anything
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            raise WrongTypeError(f"{_type(value)} was used where mapping is expected")
        unknown += [str(key) for key in value if key not in kind]
        return {
            key: _conform(value[key], kind[key], f"{field}.{key}", unknown)
            for key in kind
            if value.get(key) is not None
        }
    if isinstance(kind, list):
        if not isinstance(value, list):
            raise WrongTypeError(f"{_type(value)} was used where sequence is expected")
        return [_conform(item, kind[0], field, unknown) for item in value if item is not None]
    if kind == "strings":
        if not isinstance(value, dict):
            raise WrongTypeError(f"{_type(value)} was used where mapping is expected")
        return {str(key): _scalar(item, "str", field) for key, item in value.items()}
    return value if kind == "any" else _scalar(value, kind, field)


def _scalar(value: object, kind: str, field: str) -> str | int | bool:
    if kind == "str" and isinstance(value, str | int | float):
        return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and not isinstance(value, bool):
        if isinstance(value, int):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            return int(value)
    raise WrongTypeError(f"cannot unmarshal {_type(value)} into Go struct field LimaYAML{field} of type {kind}")


def _type(value: object) -> str:
    names = {dict: "mapping", list: "sequence", str: "string", bool: "bool", int: "int", float: "float"}
    return names.get(type(value), "null")
