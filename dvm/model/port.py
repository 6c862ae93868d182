"""A declared port: HOST on the host's 127.0.0.1 leads to GUEST in the VM."""

from __future__ import annotations

from typing import NamedTuple

_HIGHEST = 65535
_SSH = 22


class Port(NamedTuple):
    """Host and guest TCP port numbers, 1 to 65535. The host side is always on 127.0.0.1."""

    host: int
    guest: int

    def __str__(self) -> str:
        """As the manifest writes it."""
        return f"{self.host}:{self.guest}"


def parse_port(text: str) -> Port:
    """Return the port for `"3000:80"` or `"5173"` (the same on both sides).

    Raises:
        ValueError: not HOST:GUEST, out of range, an address in front, or the guest's port 22, which Lima
            refuses to forward (source: Lima's validation of `portForwards`).
    """
    parts = text.strip().split(":")
    if len(parts) > 2:  # noqa: PLR2004
        raise ValueError("a port is HOST:GUEST; there is no address in it, DVM binds to 127.0.0.1 only")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError('a port is "HOST:GUEST" or "PORT", as in "3000:80" or "5173"')
    numbers = [int(part) for part in parts]
    if any(not 1 <= number <= _HIGHEST for number in numbers):
        raise ValueError("a port number is from 1 to 65535")
    port = Port(numbers[0], numbers[-1])
    if port.guest == _SSH:
        raise ValueError("guest port 22 is Lima's own ssh and can't be forwarded")
    return port
