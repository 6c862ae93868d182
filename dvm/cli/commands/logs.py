"""`dvm logs`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt

if TYPE_CHECKING:
    from pathlib import Path

_PAUSE = 0.3
_CHUNK = 1 << 16


def logs(
    vm: opt.VM,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the logs grow, until Ctrl-C.")] = False,
    setup: Annotated[bool, typer.Option("--setup", help="Only what setup scripts and bootstrap said.")] = False,
    lima: Annotated[bool, typer.Option("--lima", help="Only what limactl said.")] = False,
) -> int:
    """Print what limactl and the setup scripts said when a VM was last worked on. Escapes are made visible.

    Example: dvm logs app -f
    """
    from dvm.cli.entrance import named
    from dvm.cli.host import Host
    from dvm.cli.survey import manifest_or_none
    from dvm.errors import DvmError, UnknownVMError
    from dvm.state.logs import LIMA_LOG, SETUP_LOG

    name = named(vm)
    host = Host()
    directory = host.state.of_vm(name)
    wanted = [LIMA_LOG] * (lima or not setup) + [SETUP_LOG] * (setup or not lima)
    tails = [_Tail(directory / file) for file in wanted]
    if not follow and not any(tail.path.is_file() for tail in tails):
        found = manifest_or_none(host, None, readable=True)
        known = {*((*found.vms, *found.unread) if found else ()), *host.state.vms()}
        if name not in known:
            raise UnknownVMError(name, known)
        raise DvmError(
            f"There is no log of vm.{name}.", detail=f"It would be in {directory}.", remedy=f"dvm apply {name}"
        )
    heading = ""
    while True:
        for tail in tails:
            heading = tail.show(heading, several=len(tails) > 1)
        sys.stdout.flush()
        if not follow:
            return 0
        time.sleep(_PAUSE)


class _Tail:
    """A log that may grow, be moved aside for the next run's, or not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inode = 0
        self._at = 0

    def show(self, heading: str, *, several: bool) -> str:
        """Print what is new, under the log's name if the last line printed was another's; return the name."""
        from dvm.text import visible

        try:
            with self.path.open("rb") as file:
                import os

                facts = os.fstat(file.fileno())
                if facts.st_ino != self._inode or facts.st_size < self._at:
                    self._inode, self._at = facts.st_ino, 0
                file.seek(self._at)
                while line := file.readline(_CHUNK):
                    if several and heading != self.path.name:
                        sys.stdout.write(("\n" if heading else "") + f"==> {visible(str(self.path))} <==\n")
                        heading = self.path.name
                    text = line.decode("utf-8", "replace").rstrip("\r\n")
                    sys.stdout.write(visible(text, keep="\t") + "\n")
                    self._at = file.tell()
        except FileNotFoundError:
            pass
        return heading
