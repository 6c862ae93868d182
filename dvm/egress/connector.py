"""What QEMU starts for each connection of a guest: it hands the connection over to the VM's proxy, and ends.

Run as a program, with `-I -S`, the instance's directory, and `proxy` or a port of the host's. The first one becomes the
proxy. Standard input, output and error are all the connection: nothing of ours may be written there. It imports
almost nothing: 10,000 of them can begin at once.
"""

from __future__ import annotations

import fcntl
import os
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

_SOCKET, _LOCK = "dvm-egress.sock", "dvm-egress.lock"
_BACKLOG = 64
_TRIES, _PAUSE = 50, 0.02
_DRAIN_SECONDS = 0.3


def main(directory: str, kind: str) -> None:
    """Hand standard input over to the proxy in an instance's directory, or become that proxy."""
    os.environ.clear()
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for _ in range(_TRIES):
        if _hand_over(directory, kind):
            return
        lock = _take_lock(directory)
        if lock is not None:
            _become(directory, kind)
            return
        import time

        time.sleep(_PAUSE)


def _hand_over(directory: str, kind: str) -> bool:
    """Hand the connection over; False: nobody is there. Where too many wait, the connection just ends."""
    proxy = socket(AF_UNIX, SOCK_STREAM)
    proxy.setblocking(False)
    try:
        proxy.connect(f"{directory}/{_SOCKET}")
        proxy.sendmsg([kind.encode()], [(SOL_SOCKET, SCM_RIGHTS, (0).to_bytes(4, sys.byteorder))])
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        proxy.close()
    return True


def _take_lock(directory: str) -> int | None:
    """Return the lock of the VM's only proxy, which the kernel drops with this process; None: another one has it."""
    lock = os.open(f"{directory}/{_LOCK}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _become(directory: str, kind: str) -> None:
    path = f"{directory}/{_SOCKET}"
    os.umask(0o077)
    waiting = _bound(path)
    # Others are handed over from here on; what takes time to import comes after.
    prepare()
    from socket import socket as full_socket

    from dvm.egress.server import IDLE_SECONDS, Server, drain
    from dvm.egress.watch import Watch

    client = full_socket(fileno=os.dup(0))
    os.dup2(1, 0)
    server = Server(directory)
    watch = Watch(f"{directory}/qemu.pid")
    server.serve(client, b"" if kind == "proxy" else kind.encode())
    while True:
        with full_socket(fileno=waiting.detach()) as listener:
            server.run(listener, watch, goes_on=lambda: server.idle_seconds < IDLE_SECONDS)
            # Nobody finds it from here on; who has found it before is served.
            _remove(path)
            drain(server, listener, _DRAIN_SECONDS)
        if watch.ended or not server.busy:
            return
        waiting = _bound(path)


def _bound(path: str) -> socket:
    _remove(path)
    waiting = socket(AF_UNIX, SOCK_STREAM)
    waiting.bind(path)
    waiting.listen(_BACKLOG)
    return waiting


def prepare() -> None:
    """Let modules of DVM's and of others be imported, which `-S` leaves out; the environment has no say in it."""
    import site

    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    site.main()


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, TypeError, ValueError):
        # The guest sees the end of its connection, and nothing of the host.
        os._exit(1)
    os._exit(0)
