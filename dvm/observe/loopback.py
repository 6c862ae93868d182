"""A listener on this host's loopback address, to see whether anybody comes who should not be able to."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_BACKLOG = 64
_MOST_BYTES = 256
_READ_SECONDS = 0.2


class LoopbackListener:
    """Listens on 127.0.0.1 and ::1 while the block runs. It takes connections, answers nothing, and reads one line.

    `ports`: the ports, for IPv4 and for IPv6; 0: this host has no IPv6 loopback.

    Raises:
        OSError: this host has no free port on 127.0.0.1.
    """

    def __init__(self) -> None:
        self._sockets = [self._listening(socket.AF_INET, "127.0.0.1")]
        with suppress(OSError):
            self._sockets.append(self._listening(socket.AF_INET6, "::1"))
        numbers = [int(each.getsockname()[1]) for each in self._sockets]
        self.ports = (numbers[0], numbers[1] if len(numbers) > 1 else 0)

    @staticmethod
    def _listening(family: socket.AddressFamily, address: str) -> socket.socket:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.bind((address, 0))
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        return listener

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        for listener in self._sockets:
            listener.close()

    def arrived(self) -> frozenset[str]:
        """Return what each connection sent that came so far, up to a line's end; an empty text for one that was silent.

        The kernel takes connections by itself and keeps what they send, so it is enough to look once, at the end.
        """
        found: set[str] = set()
        for listener in self._sockets:
            for _ in range(_BACKLOG):
                try:
                    connection, _peer = listener.accept()
                except OSError:
                    break
                with connection:
                    connection.settimeout(_READ_SECONDS)
                    data = b""
                    with suppress(OSError):
                        data = connection.recv(_MOST_BYTES)
                    found.add(data.partition(b"\n")[0].decode("utf-8", "replace"))
        return frozenset(found)
