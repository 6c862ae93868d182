"""A port of another VM that a VM may reach: VM:PORT, where PORT is the other's guest port."""

from __future__ import annotations

from typing import NamedTuple

from dvm.model.names import NAME_RULE, is_name

_HIGHEST = 65535


class Reach(NamedTuple):
    """Another VM and one of its declared guest ports, 1 to 65535."""

    vm: str
    port: int

    def __str__(self) -> str:
        """As the manifest writes it."""
        return f"{self.vm}:{self.port}"

    @property
    def variable(self) -> str:
        """The variable that says where it is: `DVM_REACH_DB_5432` has ADDRESS:PORT."""
        return f"DVM_REACH_{self.vm.upper().replace('-', '_')}_{self.port}"


def parse_reach(text: str) -> Reach:
    """Return what `"db:5432"` names.

    Raises:
        ValueError: it is not VM:PORT, or the port is out of range.
    """
    vm, colon, digits = text.removeprefix("vm.").partition(":")
    if not colon or not (digits.isascii() and digits.isdigit()):
        raise ValueError('it is VM:PORT, another VM and its guest port, as in "db:5432"')
    if not is_name(vm):
        raise ValueError(NAME_RULE)
    port = int(digits) if len(digits) <= len(str(_HIGHEST)) else 0
    if not 1 <= port <= _HIGHEST:
        raise ValueError("a port number is from 1 to 65535")
    return Reach(vm, port)
