"""The shared connection that is signed in as root, so that a session needs no sudo.

Under emulation sudo takes longer than all the rest of a short command. So it is called once a boot: it lets Lima's
key sign in as root for the moment in which the shared connection is made (dvm-admit). Its line is taken out again; one
that a killed call left, by the next call. Only the host has that key, and Lima's login user may do everything by sudo,
so this gives nobody more than before. A guest whose sshd lets no root in is entered by sudo, session by session.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.lima.guest_programs import text
from dvm.lima.ssh.key import public_key
from dvm.lima.ssh.master import is_up
from dvm.lima.ssh.options import Endpoint, control, options, shared, sharing
from dvm.lima.ssh.remote import invocation, leaving, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dvm.lima.home import Home
    from dvm.lima.process import Runner
    from dvm.lima.ssh.place import Place

_ADMIT_SECONDS = 30.0
_SIGN_IN_SECONDS = 30.0
_LEAVE_SECONDS = 30.0
_LOCK_SECONDS = 90.0
# A guest that lets no root in is not asked in each session. One that was only too slow is asked again.
_AGAIN_SECONDS = 600.0
_READY = b"ready\n"


class RootMaster:
    """The connections of one boot that are signed in as root.

    Args:
        runner: starts ssh.
        home: has Lima's key.
        endpoint: the login user's; it is the same sshd's host key.
    """

    def __init__(self, runner: Runner, home: Home, place: Place, endpoint: Endpoint) -> None:
        self._runner = runner
        self._home = home
        self._place = place
        self._identity = endpoint.identity
        self.endpoint = Endpoint(endpoint.alias, "root", endpoint.port, endpoint.identity)

    @property
    def refused(self) -> bool:
        """Whether the guest has just let no root in."""
        with contextlib.suppress(OSError):
            return 0 <= time.time() - self._place.root_refused.stat().st_mtime < _AGAIN_SECONDS
        return False

    def demand(self, socket: Path, way: Callable[[str], Sequence[str]]) -> bool:
        """See that a connection listens at `socket`: start it where none does. False: the guest serves none.

        `way`: return the arguments of an ssh that runs a line as the login user.

        Raises:
            RefusedError: the socket is somebody else's.
            DvmError: raised by `way`.
        """
        if is_up(socket) and self._is_proven(socket):
            return True
        try:
            key = public_key(self._home, self._identity.with_name(f"{self._identity.name}.pub"))
        except DvmError:
            # Sessions need its private half alone.
            return False
        # It may have to start the login user's connection, which takes the same lock.
        admit = way(line(invocation("admit", *key.split())))
        with self._place.locked(_LOCK_SECONDS):
            if is_up(socket):
                # Another dvm may have made it in the meantime, or have been cut off before it had proved anything.
                if self._is_proven(socket):
                    return True
                self._end(socket)
            if not self.refused:
                # A new socket may get the number of the one before.
                _proof(socket).unlink(missing_ok=True)
                socket.unlink(missing_ok=True)
                with contextlib.suppress(DvmError):
                    if self._start(socket, admit):
                        return True
                self._end(socket)
                os.close(os.open(self._place.root_refused, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        return False

    def _start(self, socket: Path, admit: Sequence[str]) -> bool:
        stdin, lifeline = os.pipe()
        try:
            with self._runner.relaying(admit, stdin=stdin, errors=lambda _chunk: None) as piped:
                if not select.select([piped.file], [], [], _ADMIT_SECONDS)[0] or piped.file.readline(64) != _READY:
                    return False
                known = options(self.endpoint, self._place.pin)
                argv = ("ssh", *known, *shared(socket), self.endpoint.alias)
                signed_in = self._runner.capture(argv, timeout=_SIGN_IN_SECONDS).status == 0
                os.close(lifeline)
                lifeline = -1
        finally:
            os.close(stdin)
            if lifeline >= 0:
                os.close(lifeline)
        if not (signed_in and is_up(socket) and self._leave(socket)):
            return False
        _proof(socket).write_text(_which(socket), encoding="ascii")
        return True

    def _is_proven(self, socket: Path) -> bool:
        """Whether the program of sessions was left through the connection that listens there, and answered."""
        with contextlib.suppress(OSError):
            return _proof(socket).read_text(encoding="ascii") == _which(socket)
        return False

    def _leave(self, socket: Path) -> bool:
        """Leave the program of sessions in the guest, and see that root's shell does and prints that and no more."""
        known = options(self.endpoint, self._place.pin)
        argv = ("ssh", *known, *sharing(socket, terminal=False), self.endpoint.alias, leaving("enter"))
        number = f"{os.urandom(16).hex()}\n".encode()
        left = self._runner.begin(argv, stdin=number + text("enter").encode()).wait(_LEAVE_SECONDS)
        return left.status == 0 and left.stdout == number and not any(each.strip() for each in left.tail)

    def _end(self, socket: Path) -> None:
        with contextlib.suppress(DvmError):
            if is_up(socket):
                argv = ("ssh", "-F", "/dev/null", *control(socket, "exit"), self.endpoint.alias)
                self._runner.capture(argv, timeout=_LEAVE_SECONDS)


def _proof(socket: Path) -> Path:
    return socket.with_name(f"{socket.name}-proven")


def _which(socket: Path) -> str:
    about = socket.lstat()
    return f"{about.st_dev} {about.st_ino}"
