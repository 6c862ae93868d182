"""Names into addresses, on the host, once a connection, and connected to as they were judged: no rebinding."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

from dvm.egress.place import MOST_CONNECTIONS

if TYPE_CHECKING:
    from dvm.egress.addresses import AddressRule

RESOLVE_SECONDS = 10.0
CONNECT_SECONDS = 10.0
_FIRST_SECONDS = 3.0
_MOST_ADDRESSES = 16

Address = tuple[int, tuple[object, ...]]
"""A family, and an address of it as sockets take it."""


class UnreachableError(Exception):
    """There is no way to the name; `denied`: it leads to where no guest may go."""

    def __init__(self, why: str, *, denied: bool = False) -> None:
        super().__init__(why)
        self.denied = denied


class Resolver:
    """Resolves names by the host's resolver, which can take its time: at most as many at once as connections."""

    def __init__(self, rule: AddressRule) -> None:
        self._rule = rule
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def connect(self, name: str, port: int) -> socket.socket:
        """Return a connection to a port of a name.

        Raises:
            UnreachableError: it has no address in 10 s, none that is allowed, or none that answers in 10 s.
        """
        found = self._resolve(name, port)
        allowed = [each for each in found if self._rule.allows(str(each[1][0]))]
        if not allowed:
            raise UnreachableError("it leads to an address that is not a global one", denied=True)
        return self._connect(allowed[:_MOST_ADDRESSES])

    def _resolve(self, name: str, port: int) -> list[Address]:
        # The resolver knows no limit of time, so it works in a thread of its own, which is left behind if need be.
        if not self._slots.acquire(blocking=False):
            raise UnreachableError("too many names are being resolved")
        answer: list[list[Address] | str] = []
        done = threading.Event()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
                answer.append([(int(family), tuple(place)) for family, _, _, _, place in found])
            except (OSError, UnicodeError) as error:
                answer.append(getattr(error, "strerror", None) or "it can't be resolved")
            finally:
                self._slots.release()
                done.set()

        threading.Thread(target=ask, daemon=True).start()
        if not done.wait(RESOLVE_SECONDS):
            raise UnreachableError("no name server answered in time")
        if isinstance(answer[0], str):
            raise UnreachableError(f"the name can't be resolved: {answer[0]}")
        return answer[0]

    def _connect(self, addresses: list[Address]) -> socket.socket:
        deadline = time.monotonic() + CONNECT_SECONDS
        why = "it does not answer in time"
        for number, (family, place) in enumerate(addresses):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            # An address that swallows packets must not use up the time of the others.
            limit = min(left, _FIRST_SECONDS) if number + 1 < len(addresses) else left
            try:
                connection = socket.socket(family, socket.SOCK_STREAM | getattr(socket, "SOCK_CLOEXEC", 0))
            except OSError as error:
                why = str(error.strerror)
                continue
            try:
                connection.settimeout(limit)
                connection.connect(place)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                here = connection.getsockname()
            except OSError as error:
                connection.close()
                why = error.strerror or why
                continue
            if not self._rule.allows_from(str(place[0]), str(here[0])):
                connection.close()
                raise UnreachableError("it leads to this host", denied=True)
            return connection
        raise UnreachableError(f"it can't be reached: {why}")
