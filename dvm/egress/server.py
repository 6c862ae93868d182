"""The proxy of one VM: connections come by a socket in the instance's directory, or by one on the loopback address.

It serves at most 64 connections at once, each in a thread, and ends by itself: with the VM, or when nobody has asked
for a while.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.egress.addresses import GlobalAddresses
from dvm.egress.log import AccessLog
from dvm.egress.place import MOST_CONNECTIONS
from dvm.egress.resolve import Resolver
from dvm.egress.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.egress.addresses import AddressRule
    from dvm.egress.watch import Watch

IDLE_SECONDS = 30.0
_LOOK_SECONDS = 0.5
_STACK_BYTES = 512 << 10
_MESSAGE_BYTES = 16
_BACKLOG_PAUSE = 0.05


class Server:
    """The proxy of the VM whose instance is in `directory`; `rule` says which addresses it may connect to."""

    def __init__(self, directory: str, *, rule: AddressRule | None = None, listens: bool = False) -> None:
        self._directory = directory
        self._listens = listens
        self._resolver = Resolver(rule or GlobalAddresses())
        self._log = AccessLog(directory, os.path.basename(os.path.realpath(directory)))  # noqa: PTH119
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._lock = threading.Lock()
        self._busy = 0
        self._last = time.monotonic()
        threading.stack_size(_STACK_BYTES)

    @property
    def idle_seconds(self) -> float:
        """For how long nothing has been served."""
        with self._lock:
            return 0.0 if self._busy else time.monotonic() - self._last

    @property
    def busy(self) -> bool:
        """Whether a connection is being served."""
        with self._lock:
            return self._busy > 0

    def serve(self, client: socket.socket, kind: bytes = b"") -> None:
        """Serve a connection in a thread of its own, or close it at once where there are 64 already.

        `kind`: the port of the host's that the policy lets the VM reach; empty: the proxy.
        """
        if not self._slots.acquire(blocking=False):
            client.close()
            return
        with self._lock:
            self._busy += 1
        try:
            threading.Thread(target=self._run, args=(client, kind), daemon=True).start()
        except RuntimeError:
            # The host has no room for another thread.
            client.close()
            self._free()

    def accept(self, listener: socket.socket) -> None:
        """Take one connection that waits, where there is one."""
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        if self._listens:
            self.serve(connection)
            return
        # A connector hands over the guest's own connection, and ends.
        with connection:
            handed = _handed(connection)
        if handed is not None:
            self.serve(*handed)

    def run(self, listener: socket.socket, watch: Watch, *, goes_on: Callable[[], bool]) -> None:
        """Serve until the VM has ended, or `goes_on` says no, which is asked twice a second at least."""
        listener.setblocking(False)
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while not watch.ended and goes_on():
            if poll.poll(_LOOK_SECONDS * 1000):
                self.accept(listener)

    def _run(self, client: socket.socket, kind: bytes) -> None:
        try:
            with client:
                session = Session(client, self._directory, self._resolver, self._log, listens=self._listens)
                if kind:
                    session.reach(int(kind))
                else:
                    session.proxy()
        except Exception:  # noqa: BLE001, S110 - one connection's trouble is its own, and nobody reads our errors
            pass
        finally:
            self._free()

    def _free(self) -> None:
        with self._lock:
            self._busy -= 1
            self._last = time.monotonic()
        self._slots.release()


def _handed(connection: socket.socket) -> tuple[socket.socket, bytes] | None:
    """Return the socket that a connector hands over, and what for."""
    connection.settimeout(_LOOK_SECONDS)
    room = socket.CMSG_SPACE(array("i").itemsize)
    try:
        message, ancillary, _, _ = connection.recvmsg(_MESSAGE_BYTES, room, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
    except OSError:
        return None
    descriptors = array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    kind_of = message.strip()
    if len(descriptors) != 1 or not (kind_of == b"proxy" or kind_of.isdigit()):
        for descriptor in descriptors:
            with suppress(OSError):
                os.close(descriptor)
        return None
    os.set_inheritable(descriptors[0], False)
    try:
        client = socket.socket(fileno=descriptors[0])
    except OSError:
        os.close(descriptors[0])
        return None
    return client, b"" if kind_of == b"proxy" else kind_of


def drain(server: Server, listener: socket.socket, seconds: float) -> None:
    """Serve what has come before the socket's name was taken away; `seconds` are time enough for that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        server.accept(listener)
        time.sleep(_BACKLOG_PAUSE)
