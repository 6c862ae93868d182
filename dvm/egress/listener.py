"""The proxy of a VM whose driver has no wall of its own: it listens on the host's loopback address.

Run as a program, with `-I -S` and the instance's directory. DVM starts it before the VM; it ends with the VM's host
agent.
Other VMs and users reach it too, so it asks for this VM's credential.
"""

from __future__ import annotations

import fcntl
import os
import sys

_FIRST_SECONDS = 300.0
_BACKLOG = 64


def main(directory: str) -> None:
    """Listen where the policy of the instance says, until its host agent has ended.

    Raises:
        OSError: the port is taken, or another proxy of this VM listens.
        PolicyError: there is no policy that can be believed.
    """
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    import site

    site.main()
    import socket
    import time

    from dvm.egress.place import LOCK_FILE, LOOPBACK
    from dvm.egress.policy import read_policy
    from dvm.egress.server import Server
    from dvm.egress.watch import Watch

    os.environ.clear()
    os.umask(0o077)
    lock = os.open(f"{directory}/{LOCK_FILE}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, read_policy(directory).port))
        listener.listen(_BACKLOG)
        server = Server(directory, listens=True)
        watch = Watch(f"{directory}/ha.pid")
        deadline = time.monotonic() + _FIRST_SECONDS
        server.run(listener, watch, goes_on=lambda: watch.found or time.monotonic() < deadline)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception:  # noqa: BLE001 - nobody reads our errors: who started it sees that nothing listens
        os._exit(1)
    os._exit(0)
