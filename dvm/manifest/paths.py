"""Where the manifest is. Never in the current directory unasked: a cloned repository must not provision."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.errors import RelativePathError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST_FILE = "dvm.toml"
VM_DIRECTORY = "vms"
VM_FILE = "vm.toml"


def vm_names(manifest: Path) -> list[str]:
    """Return the names in `vms` beside the manifest, in order.

    Raises:
        OSError: there is no such directory, or it can't be listed.
    """
    return sorted(os.listdir(manifest.parent / VM_DIRECTORY))  # noqa: PTH208 - only names are wanted, a thousand maybe


def config_dir(environ: Mapping[str, str]) -> Path:
    """Return `$DVM_CONFIG_DIR`, or `~/.config/dvm` where it is unset or empty.

    Raises:
        UsageError: the variable holds a relative path.
    """
    return _from_variable("DVM_CONFIG_DIR", environ) or _home(environ) / ".config" / "dvm"


def manifest_path(option: str | Path | None, environ: Mapping[str, str]) -> Path:
    """Return the absolute path of the manifest, which need not exist.

    `option` is what `--manifest` was given, relative to the current directory. Without it `$DVM_MANIFEST`
    counts, then `dvm.toml` in the configuration directory. An empty variable counts as unset.

    Raises:
        UsageError: `option` is empty, or a variable holds a relative path, which would make the current
            directory decide.
    """
    if option is not None:
        if not str(option):
            raise UsageError("--manifest was given an empty path.", remedy="Give it the path of a dvm.toml.")
        return Path.cwd() / option
    return _from_variable("DVM_MANIFEST", environ) or config_dir(environ) / MANIFEST_FILE


def _from_variable(name: str, environ: Mapping[str, str]) -> Path | None:
    text = environ.get(name, "")
    if not text:
        return None
    if text == "~" or text.startswith("~/"):
        return _home(environ) / text[2:]
    if not os.path.isabs(text):  # noqa: PTH117 - an empty Path would be "."
        raise RelativePathError(name)
    return Path(text)


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME", "")
    if os.path.isabs(home):  # noqa: PTH117 - see above
        return Path(home)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        raise UsageError(
            "There is no home directory to look for the manifest in.", remedy="Set HOME or DVM_CONFIG_DIR."
        ) from None
