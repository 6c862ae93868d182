"""Names and addresses: VM `app` is Lima instance `dvm-app`, address `vm.app`; base `node` has `base.node`."""

from __future__ import annotations

import re
import sys

PREFIX = "dvm-"
_ADDRESS = "vm."
_BASE = "base."

# Lima's own rule is narrower than "letters, digits, hyphens": no hyphen at the end, no two in a row
# (`limactl create` answers "must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$").
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
KEY_DIGITS = 8
"""How many hex digits of a base's key are in the name of its instance."""
_BASE_INSTANCE = re.compile(rf"{PREFIX}base\.({_NAME.pattern})-[0-9a-f]{{{KEY_DIGITS}}}")
NAME_PATTERN = f"^{_NAME.pattern}$"
_RULE = "name has lower-case letters and digits, begins with a letter, and may have single hyphens inside"
NAME_RULE = f"a VM's {_RULE}"
BASE_NAME_RULE = f"a base's {_RULE}"

# Lima refuses an instance whose longest socket, under its directory, does not fit into sun_path.
_LONGEST_SOCKET = "ssh.sock.1234567890123456"
SOCKET_PATH_MAX = 103 if sys.platform == "darwin" else 107
"""How many bytes the path of a socket may have."""


def is_name(text: str) -> bool:
    """Return whether `text` can be a VM's name."""
    return _NAME.fullmatch(text) is not None


def instance_name(vm: str) -> str:
    """Return the Lima instance of a VM."""
    return PREFIX + vm


def code_root(user: str) -> str:
    """Return the directory in the guest under which a user's code directories are."""
    return f"/home/{user}/code"


def code_dir(user: str, vm: str) -> str:
    """Return the code directory of a user's VM in the guest."""
    return f"{code_root(user)}/{vm}"


def vm_name(instance: str) -> str | None:
    """Return the VM of a Lima instance, or None where the instance is none of `dvm-*`."""
    name = instance.removeprefix(PREFIX)
    return name if name != instance and is_name(name) else None


def plain_name(text: str) -> str:
    """Return the name of the VM that `app`, its address `vm.app` or its instance `dvm-app` names, as people type them.

    It need not be one that a VM can have. A VM `dvm-x` is named by its address.
    """
    if text.startswith(_ADDRESS):
        return text.removeprefix(_ADDRESS)
    return vm_name(text) or text


def address(vm: str) -> str:
    """Return the address of a VM, as plans name it; that of a built base is `base.NAME-KEY`, its name."""
    return vm if vm.startswith(_BASE) else f"{_ADDRESS}{vm}"


def base_address(base: str) -> str:
    """Return the address of a base, as plans name it."""
    return f"{_BASE}{base}"


def base_instance(base: str, key: str) -> str:
    """Return the Lima instance of a base that was built with this key, which no VM can have: there is a dot in it."""
    return f"{PREFIX}{_BASE}{base}-{key[:KEY_DIGITS]}"


def base_name(instance: str) -> str | None:
    """Return the base of a Lima instance; None: the instance is none of a base."""
    match = _BASE_INSTANCE.fullmatch(instance)
    return match[1] if match else None


def is_base(text: str) -> bool:
    """Return whether `base.node` or a built base's name or instance is meant, as people type them."""
    return text.removeprefix(PREFIX).startswith(_BASE)


def longest_name(lima_home: str) -> int:
    """Return how many characters a VM's name may have under this LIMA_HOME."""
    return SOCKET_PATH_MAX - len(f"{lima_home}/{PREFIX}/{_LONGEST_SOCKET}".encode())
