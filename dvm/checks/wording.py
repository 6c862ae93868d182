"""How checks name files and instances: safe to print, and exact to type."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.model.names import address, vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.model.instance import Instance


def shown(path: Path) -> str:
    """Return the path as it may be printed."""
    return visible(str(path))


def quoted(path: Path) -> str:
    r"""Return the path as a shell reads it back, byte for byte, and safe to print.

    A name with hidden characters comes as `$'…'` with `\xNN`, which bash, zsh and ksh read; `shlex.quote`
    would put the escape itself on the terminal.
    """
    text = str(path)
    if visible(text) == text:
        return shlex.quote(text)
    return f"$'{''.join(map(_ansi_c, text))}'"


def _ansi_c(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if visible(character) == character:
        return character
    # A byte of a file name that is not UTF-8 reaches Python as a lone surrogate.
    escaped = "\udc80" <= character <= "\udcff"
    octets = character.encode("utf-8", "surrogateescape" if escaped else "surrogatepass")
    return "".join(f"\\x{octet:02x}" for octet in octets)


def octal(mode: int) -> str:
    """Return permission bits as `ls` and `chmod` users write them: `0664`."""
    return f"{mode:04o}"


def label(instance: Instance) -> str:
    """Return the address of the instance's VM, or its own name where it can be no VM of ours."""
    vm = vm_name(instance.name)
    return visible(instance.name) if vm is None else address(vm)
