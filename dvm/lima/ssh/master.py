"""The shared connection to a guest: started once a boot, used by every session, ended with the VM.

It is an ssh of DVM's own, in the background, with nothing open but its socket. The guest's host key is learned with
the first one of a boot, only while the VM's own process holds the ssh port, and from then on it is the only one.
"""

from __future__ import annotations

import contextlib
import os
import socket as sockets
import stat
import struct
from typing import TYPE_CHECKING

from dvm.errors import DvmError, RefusedError
from dvm.lima.processes import is_own_listener
from dvm.lima.ssh.boot import is_booted
from dvm.lima.ssh.options import control, options, shared
from dvm.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.lima.machine import Machine
    from dvm.lima.process import Completed, Runner
    from dvm.lima.ssh.options import Endpoint
    from dvm.lima.ssh.place import Place
    from dvm.model.instance import Instance

_START_SECONDS = 90.0
_CONTROL_SECONDS = 10.0
_PROBE_SECONDS = 5.0
_MOST_TOLD = 3
_CHANGED = ("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED")
_NOT_UP = ("kex_exchange_identification", "Connection refused", "Connection reset", "timed out", "Connection closed")


class BootingError(DvmError):
    """The VM runs, and its sshd does not answer yet."""

    def __init__(self, address: str, because: str) -> None:
        super().__init__(
            f"{address} is booting: its ssh does not answer yet.",
            detail=because,
            remedy=f"Run the same command again in a moment; `dvm logs {address.removeprefix('vm.')}` shows the boot.",
        )


class Master:
    """The shared connections of one boot.

    Args:
        runner: starts ssh.
        machine: has the VM's processes and files.
    """

    def __init__(
        self,
        runner: Runner,
        machine: Machine,
        place: Place,
        endpoint: Endpoint,
        instance: Instance,
        address: str,
    ) -> None:
        self._runner = runner
        self._machine = machine
        self._place = place
        self._endpoint = endpoint
        self._instance = instance
        self._address = address

    def demand(self, number: int) -> Path:
        """Return the socket of the shared connection of this number, which is started where there is none.

        Raises:
            BootingError: sshd does not answer yet.
            RefusedError: what answers is not this VM, or the socket is somebody else's.
            DvmError: it could not be started.
        """
        socket = self._place.socket(number)
        if is_up(socket):
            return socket
        with self._place.locked(_START_SECONDS):
            # Another dvm may have started it in the meantime.
            if not is_up(socket):
                self._place.forget_earlier_boots()
                socket.unlink(missing_ok=True)
                self._start(socket)
        return socket

    def _start(self, socket: Path) -> None:
        if self._place.pin.exists():
            self._connect(socket, self._place.pin, learn=False)
            return
        if not is_booted(self._machine.home, self._instance):
            raise BootingError(self._address, "Lima says that the boot goes on.")
        learned = self._place.learned
        learned.unlink(missing_ok=True)
        # Empty and ours alone before ssh writes to it, whatever the umask.
        os.close(os.open(learned, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            self._demand_own()
            self._connect(socket, learned, learn=True)
            try:
                # The same process before and after: nobody else had the port in between.
                self._demand_own()
            except DvmError:
                self._end(socket)
                raise
            learned.rename(self._place.pin)
        finally:
            learned.unlink(missing_ok=True)

    def _demand_own(self) -> None:
        if not is_own_listener(self._machine, self._instance.dir, self._endpoint.port):
            raise RefusedError(
                f"{self._address}: port {self._endpoint.port} is not held by this VM's own process.",
                detail="It is the VM's ssh port on 127.0.0.1. Another program may answer there in the VM's place, so "
                "its host key was not taken for the VM's. Nothing was sent.",
                remedy=f"Find out what holds the port, then restart it: dvm stop {self._vm} && dvm start {self._vm}",
            )

    def _connect(self, socket: Path, known_hosts: Path, *, learn: bool) -> None:
        argv = ("ssh", *options(self._endpoint, known_hosts, learn=learn), *shared(socket), self._endpoint.alias)
        completed = self._runner.capture(argv, timeout=_START_SECONDS)
        if completed.status == 0 and self._is_ours(socket):
            return
        raise self._failure(completed)

    def _is_ours(self, socket: Path) -> bool:
        checked = self._runner.capture(
            ("ssh", "-F", "/dev/null", *control(socket, "check"), self._endpoint.alias), timeout=_CONTROL_SECONDS
        )
        return checked.status == 0 and is_up(socket)

    def _end(self, socket: Path) -> None:
        with contextlib.suppress(DvmError):
            self._runner.capture(
                ("ssh", "-F", "/dev/null", *control(socket, "exit"), self._endpoint.alias), timeout=_CONTROL_SECONDS
            )

    def _failure(self, completed: Completed) -> DvmError:
        said = [visible(line) for line in completed.tail if line.strip()]
        if any(sign in line for line in said for sign in _CHANGED):
            return RefusedError(
                f"{self._address} answers with another host key than at this boot's first contact.",
                detail="A VM keeps its host key until it is started again. Another program may answer in its place, "
                "or the guest's root made new keys. Nothing was sent.",
                remedy=f"If the guest made new keys, restart the VM: dvm stop {self._vm} && dvm start {self._vm}",
            )
        last = "\n".join(said[-_MOST_TOLD:])
        if any(sign in line for line in said for sign in _NOT_UP):
            return BootingError(self._address, f"ssh says: {last}")
        return DvmError(
            f"{self._address}: the ssh connection could not be made.",
            detail=f"ssh says: {last}" if last else f"ssh ended with status {completed.status} and said nothing.",
            remedy=f"`dvm logs {self._vm}` shows the boot; `dvm stop {self._vm} && dvm start {self._vm}` reboots it.",
        )

    @property
    def _vm(self) -> str:
        return self._address.removeprefix("vm.")


def is_up(socket: Path) -> bool:
    """Whether a process of this user listens at the socket, by asking for a connection.

    Raises:
        RefusedError: the socket is somebody else's.
    """
    try:
        facts = socket.lstat()
    except FileNotFoundError:
        return False
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(str(socket))
        except OSError:
            return False
        if stat.S_ISSOCK(facts.st_mode) and facts.st_uid == _peer(probe, facts.st_uid) == os.geteuid():
            return True
    raise RefusedError(
        f"{visible(str(socket))} is not a connection of yours.",
        detail="Another user's process listens there.",
        remedy="Check what it is, then remove it.",
    )


def _peer(probe: sockets.socket, otherwise: int) -> int:
    """Return the user whose process listens; where the system has no way to say it, `otherwise`."""
    option = getattr(sockets, "SO_PEERCRED", None)
    if option is None:
        return otherwise
    size = struct.calcsize("3i")
    _process, user, _group = struct.unpack("3i", probe.getsockopt(sockets.SOL_SOCKET, option, size))
    return int(user)
