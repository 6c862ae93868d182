"""A guest as it is reached: guest programs run in it, through the shared connection of its boot."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from dvm.errors import DvmError
from dvm.lima.client import ask
from dvm.lima.ssh.boot import boot_token
from dvm.lima.ssh.master import Master
from dvm.lima.ssh.options import LOOPBACK, Endpoint, options, sharing
from dvm.lima.ssh.place import Place, Sessions
from dvm.lima.ssh.remote import left_line, line, place, proving_line
from dvm.lima.ssh.root import RootMaster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dvm.lima.guest_call import Ending, GuestCall
    from dvm.lima.machine import Machine
    from dvm.lima.process import Piped, Runner
    from dvm.lima.ssh.remote import Invocation
    from dvm.lima.transfer import Transfer
    from dvm.model.instance import Instance


# What becomes DVM_USER at once. sshd for an editor keeps to the login user, as a connection of its own that lasts.
_BY_ROOT = frozenset({"enter", "env", "git"})


class Connection:
    """The way into one instance's guest, as it runs now.

    Args:
        runner: starts ssh.
        machine: what Lima is on.
        directory: where host keys and sockets are; DVM's own.
        instance: as limactl listed it a moment ago. The caller has verified it.
        address: the VM's, for messages.

    Raises:
        DvmError: the listing does not say how the guest is reached, or the VM has stopped since.
    """

    def __init__(
        self,
        runner: Runner,
        machine: Machine,
        directory: Path,
        instance: Instance,
        address: str,
        *,
        environment: Mapping[str, str],
    ) -> None:
        self.runner = runner
        """Starts ssh."""
        self._endpoint = _endpoint(instance, address)
        boot = boot_token(machine, instance)
        if boot is None:
            vm = address.removeprefix("vm.")
            raise DvmError(f"{address} has just stopped: the process that ran it is gone.", remedy=f"dvm start {vm}")
        self._place = Place(directory, instance.dir, boot, environment)
        self._sessions = Sessions(self._place)
        # Another version of DVM has another program of sessions, and so a connection of its own.
        self._root_kind = f"r{place('enter').rpartition('-')[2][:4]}-"
        self._root_sessions = Sessions(self._place, self._root_kind)
        self.socket: Path | None = None
        """The first of the connections that are signed in as root, if the last session went through it."""
        self._root = RootMaster(runner, machine.home, self._place, self._endpoint)
        self._master = Master(runner, machine, self._place, self._endpoint, instance, address)

    def become(
        self,
        call: Invocation,
        *,
        before: Callable[[Sequence[str], Path], None] | None = None,
        ready: Callable[[], None] = lambda: None,
    ) -> NoReturn:
        """Become a session that runs `call`: terminal, signals, standard streams and exit status are its own.

        `before` is called with ssh's words without a terminal, but for the guest's line, and with the socket of the
        shared connection, where that is the one that is signed in as root: a later session can use both. `ready` is
        called last, when nothing is left to wait for.
        """
        terminal = os.isatty(0) and os.isatty(1)
        argv, _leave = self._session(call, terminal=terminal)
        if before is not None and self.socket is not None:
            before(["-T" if word == "-t" else word for word in argv[:-1]], self.socket)
        ready()
        self.runner.replace(argv)

    def attend(self, call: Invocation) -> int:
        """Run a session beside us, with our terminal and standard streams, and return its exit status."""
        argv, leave = self._session(call, terminal=os.isatty(0) and os.isatty(1))
        try:
            return self.runner.attend(argv)
        finally:
            leave()

    def leave(self, call: Invocation, stdin: bytes) -> None:
        """Start a session beside us, with `stdin`, that is not waited for."""
        argv, _leave = self._session(call)
        self.runner.leave(argv, stdin)

    @contextlib.contextmanager
    def relaying(self, call: Invocation, *, stdin: int, errors: Callable[[bytes], None]) -> Iterator[Piped]:
        """Start a session that reads the descriptor `stdin`, and whose output is read by the block.

        What it says on standard error goes to `errors`. It is ended with the block.
        """
        argv, leave = self._session(call)
        try:
            with self.runner.relaying(argv, stdin=stdin, errors=errors) as piped:
                yield piped
        finally:
            leave()

    def ask(self, call: GuestCall, *, timeout: float, sink: Callable[[bytes], None] = lambda _chunk: None) -> Ending:
        """Run a guest program that proves its end, in `timeout` seconds; what it prints besides goes to `sink`."""
        with self._carried(call) as carried:
            return ask(self.runner, carried, timeout=timeout, sink=sink)

    @contextlib.contextmanager
    def reading(self, call: GuestCall) -> Iterator[Transfer]:
        """Run a guest program that proves its end, whose standard output is read by the block."""
        from dvm.lima.transfer import reading

        with self._carried(call) as carried, reading(self.runner, carried) as transfer:
            yield transfer

    @contextlib.contextmanager
    def writing(self, call: GuestCall) -> Iterator[Transfer]:
        """Run a guest program that proves its end, whose standard input is written by the block."""
        from dvm.lima.transfer import writing

        with self._carried(call) as carried, writing(self.runner, carried) as transfer:
            yield transfer

    @contextlib.contextmanager
    def _carried(self, call: GuestCall) -> Iterator[GuestCall]:
        argv, leave = self._as_login_user(proving_line(call))
        try:
            yield call.carried_by(argv)
        finally:
            leave()

    def _session(self, call: Invocation, *, terminal: bool = False) -> tuple[tuple[str, ...], Callable[[], None]]:
        """Return the arguments of a session, and what says that it has ended: as root where the guest lets root in."""
        self._place.prepare()
        if call.program in _BY_ROOT and not self._root.refused:
            number = self._root_sessions.take()
            socket = self._place.socket(number, self._root_kind)
            try:
                lets_in = self._root.demand(socket, self._way_to_root)
            except BaseException:
                self._root_sessions.leave(number)
                raise
            leave = partial(self._root_sessions.leave, number)
            if lets_in:
                self.socket = socket if number == 0 else None
                remote = left_line(call) if call.program == "enter" else line(call, by_root=True)
                return self._words(self._root.endpoint, socket, remote, terminal=terminal), leave
            leave()
        return self._as_login_user(line(call), terminal=terminal)

    def _way_to_root(self, remote: str) -> tuple[str, ...]:
        # It is over before the next one is counted, and sshd takes two sessions more than are counted.
        argv, leave = self._as_login_user(remote)
        leave()
        return argv

    def _as_login_user(self, remote: str, *, terminal: bool = False) -> tuple[tuple[str, ...], Callable[[], None]]:
        self._place.prepare()
        number = self._sessions.take()
        try:
            socket = self._master.demand(number)
        except BaseException:
            self._sessions.leave(number)
            raise
        return self._words(self._endpoint, socket, remote, terminal=terminal), partial(self._sessions.leave, number)

    def _words(self, endpoint: Endpoint, socket: Path, remote: str, *, terminal: bool = False) -> tuple[str, ...]:
        known = options(endpoint, self._place.pin)
        return ("ssh", *known, *sharing(socket, terminal=terminal), endpoint.alias, remote)


def _endpoint(instance: Instance, address: str) -> Endpoint:
    missing = [
        what
        for what, there in (
            ("sshLocalPort", instance.ssh_port),
            ("config.user.name", instance.login_user),
            ("IdentityFile", instance.identity),
        )
        if not there
    ]
    if missing or not instance.ssh_port or instance.identity is None:
        raise DvmError(
            f"{address}: limactl does not say how its ssh is reached.",
            detail=f"`limactl list --json` has no {', '.join(missing)} for {instance.name}.",
            remedy="DVM needs what Lima 2.0 and later print; `dvm version` shows which limactl it calls.",
        )
    if instance.ssh_address not in {LOOPBACK, "localhost"}:
        raise DvmError(
            f"{address}: its ssh is not on this host's loopback address.",
            detail=f"limactl says it is at {instance.ssh_address or 'no address'}. DVM connects to {LOOPBACK} only.",
            remedy="Use a VM type whose ssh port is on this host: qemu or vz.",
        )
    return Endpoint(instance.name, instance.login_user, instance.ssh_port, instance.identity)
