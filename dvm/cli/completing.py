"""Names of VMs for the shell's completion, fast: nothing of the model is imported, nothing is checked or run."""

from __future__ import annotations

import os
import re

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_MAX_BYTES = 1 << 20


def vm_names(incomplete: str) -> list[str]:
    """Return the VMs that begin so: of the manifest, and instances of Lima's. Whatever can't be read has none."""
    names = {*_declared(), *_instances()}
    return sorted(name for name in names if name.startswith(incomplete) and _NAME.fullmatch(name))


def _declared() -> set[str]:
    home = os.environ.get("HOME", "")
    directory = os.environ.get("DVM_CONFIG_DIR") or os.path.join(home, ".config", "dvm")  # noqa: PTH118 - pathlib costs
    manifest = os.environ.get("DVM_MANIFEST") or os.path.join(directory, "dvm.toml")  # noqa: PTH118
    if not os.path.isabs(manifest):  # noqa: PTH117 - as the manifest's reader has it
        return set()
    found: set[str] = set()
    try:
        import tomllib

        with open(manifest, "rb") as file:  # noqa: PTH123
            vms = tomllib.loads(file.read(_MAX_BYTES).decode()).get("vm", {})
        found = set(vms) if isinstance(vms, dict) else set()
    except (OSError, ValueError):
        pass
    return found | _listed(os.path.join(os.path.dirname(manifest), "vms"))  # noqa: PTH118, PTH120


def _instances() -> set[str]:
    home = os.environ.get("LIMA_HOME") or os.path.join(os.environ.get("HOME", ""), ".lima")  # noqa: PTH118
    return {name.removeprefix("dvm-") for name in _listed(home) if name.startswith("dvm-")}


def _listed(directory: str) -> set[str]:
    try:
        return set(os.listdir(directory))  # noqa: PTH208
    except OSError:
        return set()
