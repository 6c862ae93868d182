"""The files that `dvm new` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = """\
# VMs as they should be. `dvm plan` shows what would change, `dvm apply` does it.
# Each VM has a directory of its own beside this file, vms/NAME/; `dvm new NAME` makes one.
version = 1
"""

SETUP_FILE = "setup.sh"
DEFAULTS = "[defaults]"
# A key's line, and what it is for.
_KEYS = {
    "cpus": ("4", "the host's cores less 1 or 2"),
    "memory": ('"2GiB"', ""),
    "disk": ('"30GiB"', ""),
    "ports": ('["3000:3000"]', "HOST:GUEST, on the host's 127.0.0.1 only"),
    "isolation": ('"strict"', '"standard": with Lima\'s guest agent'),
    "egress": ('"open"', "a list of names: nothing else leaves the VM"),
    "user": ('"developer"', "DVM_USER, who owns the code"),
    "sudo": ("false", "may DVM_USER use sudo? Guest root reads everything in the guest"),
    "running": ("true", "false: created and left stopped"),
    "protect": ("false", "true: refuse to destroy or replace it"),
    "depends_on": ("[]", "VMs that must be up before"),
}
_COLUMN = 26

_SETUP = """\
#!/usr/bin/env bash
# Provisions vm.{name}. Runs in the guest as Lima's login user, who may use sudo, once and again when it changes.
# Install exact versions, and keep secrets and private keys out of here. A download counts only with its SHA-256:
#   dvm-fetch https://example.com/tool-1.2.3.tar.gz SHA256 /tmp/tool.tar.gz
# There are: DVM_NAME DVM_VM DVM_LIMA_NAME DVM_USER DVM_CODE_DIR DVM_PORTS DVM_SUBUID_COUNT DVM_SUBGID_COUNT,
# DVM_FILES, and what `env` in the manifest says.
set -Eeuo pipefail

echo "Nothing to set up for ${{DVM_VM}} yet."
"""


def vm_toml(name: str, template: str, base: str, said: Mapping[str, str]) -> str:
    """Return the text of vms/NAME/vm.toml.

    `template`, `base`: empty where the file does not say them. `said`: the keys that a base or `[defaults]` says, each
    with which of them; they are left out.
    """
    lines = [f"# VM {name}: Lima instance dvm-{name}. `dvm plan {name}` shows what would change."]
    for place in dict.fromkeys(said.values()):
        keys = ", ".join(key for key, where in said.items() if where == place)
        lines.append(f"# From {place}: {keys}.")
    lines.append("# Keys that are commented out show their defaults.")
    lines += [f"base = {json.dumps(base)}"] if base else []
    # A JSON string is a TOML basic string; the template was checked to be one line.
    lines += [f"template = {json.dumps(template, ensure_ascii=False)}"] if template else []
    for key, (value, meaning) in _KEYS.items():
        if key not in said:
            line = f"# {key} = {value}"
            lines.append(f"{line:<{_COLUMN}}  # {meaning}" if meaning else line)
    lines.append("")
    match said.get("setup"):
        case None:
            lines.append("# Scripts that provision it, in order; paths are relative to this file.")
            lines.append('setup = ["setup.sh"]')
        case place if place == DEFAULTS:
            lines.append(f"# Its own scripts, in place of those of {place}; paths are relative to this file.")
            lines.append('# setup = ["setup.sh"]')
        case place:
            lines.append(f"# Its own scripts, after those of {place}; paths are relative to this file.")
            lines.append('# setup = ["setup.sh"]')
    return "\n".join(lines) + "\n"


def setup_sh(name: str) -> str:
    """Return the text of vms/NAME/setup.sh."""
    return _SETUP.format(name=name)


def said_elsewhere(document: Mapping[str, Any], base: str) -> dict[str, str]:
    """Return the keys that a new VM has from its base, the base's base, or `[defaults]`, each with which of them.

    `document` is a dvm.toml without mistakes.
    """
    bases, defaults = document.get("base", {}), document.get("defaults", {})
    layers: list[tuple[str, Mapping[str, Any]]] = []
    name = base or str(defaults.get("base", ""))
    while name in bases and all(name != place for place, _ in layers):
        layers.append((name, bases[name]))
        name = str(bases[name].get("base", ""))
    found: dict[str, str] = {}
    for place, table in [*((f"[base.{name}]", table) for name, table in layers), (DEFAULTS, defaults)]:
        for key in table:
            if key != "base":
                found.setdefault(key, place)
    return found
