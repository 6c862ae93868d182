"""What runs a simulated VM: a process that holds its ssh port, as QEMU does, and lives as long as the boot.

It serves nothing: who connects is sent away. `dvm-sim-ssh` is what gets into the simulated guest. It takes QEMU's
`-pidfile FILE`, by which its owner knows it again, and a listening socket as descriptor 3. All else of QEMU's command
line it leaves alone. `driving` starts and ends it, which writes and removes that file. One is started at each boot, and
most of what one costs is its imports: there are few.
"""

from __future__ import annotations

import _socket
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LISTENER = 3
_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 2.0


def _is_over(pid_file: str) -> bool:
    """Whether another boot has begun, it was shut down, or its directory is gone."""
    try:
        with open(pid_file, encoding="ascii") as file:  # noqa: PTH123 - pathlib takes longer to import than all of this
            return file.read().strip() != str(os.getpid())
    except (OSError, ValueError):
        return True


def _serve(pid_file: str) -> None:
    """Hold the port until the boot is over."""
    listener: Any = _socket.socket(fileno=_LISTENER)
    begun = time.monotonic()
    while True:
        if select.select([listener], [], [], _LOOK_SECONDS)[0]:
            try:  # noqa: SIM105 - contextlib, too
                os.close(listener._accept()[0])  # noqa: SLF001 - what socket.accept() calls; `socket` takes long to import
            except OSError:
                pass
        # Who started it writes its number down a moment later.
        if _is_over(pid_file) and time.monotonic() > begun + _PATIENCE_SECONDS:
            return


if __name__ == "__main__":
    _serve(sys.argv[sys.argv.index("-pidfile") + 1])
