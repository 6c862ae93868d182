"""A simulator that is up already: each call is a child of it, as cheap to start as a real limactl.

A Python process takes four times as long to start as a real limactl; where eight VMs are applied side by side on a few
cores, that, and not DVM, would be what is measured. Nothing else differs: the child is the simulator, with the call's
own arguments, variables, directory and streams.
"""

from __future__ import annotations

import importlib
import marshal
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dvm.simulator.commands
from dvm.simulator.__main__ import main as simulator

_STREAMS = 3
_UP_WITHIN = 30.0
# Only what Python has built in: `import socket` alone takes longer than the call.
_CLIENT = """\
#!{python} -IS
import sys, posix, marshal, _socket
call = marshal.dumps((sys.argv[1:], posix.getcwd(), posix.environ))
s = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
s.connect({address!r})
s.sendmsg([len(call).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, {streams!r})])
s.sendall(call)
posix._exit((s.recv(1) or b"\\x01")[0])
"""


@contextmanager
def ready_limactl(place: Path) -> Iterator[str]:
    """Start the simulator; while the context lasts, the path that is given is a limactl that it answers."""
    address, client = place / "sock", place / "limactl"
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(_STREAMS))
    client.write_text(_CLIENT.format(python=sys.executable, address=str(address), streams=streams), encoding="utf-8")
    client.chmod(0o755)
    server = subprocess.Popen([sys.executable, "-m", __name__, str(address)], stdin=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + _UP_WITHIN
        while not address.exists():
            if server.poll() is not None or time.monotonic() > give_up:
                raise SystemExit("The simulator did not come up.")
            time.sleep(0.05)
        yield str(client)
    finally:
        server.terminate()
        server.wait()


def _serve(address: str) -> None:
    for module in pkgutil.iter_modules(dvm.simulator.commands.__path__):
        importlib.import_module(f"{dvm.simulator.commands.__name__}.{module.name}")
    # Children that ended are nobody's concern: the client is told by the child itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        while True:
            caller, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(caller)
            caller.close()


def _answer(caller: socket.socket) -> None:
    """Be the limactl of one call, and end."""
    code = 1
    try:
        size, streams, _, _ = socket.recv_fds(caller, 4, _STREAMS)
        call = caller.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
        arguments, directory, environment = marshal.loads(call)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(directory)
        os.environ.clear()
        os.environb.update(environment)
        sys.argv[1:] = arguments
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        simulator()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        caller.send(bytes([code & 255]))
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
