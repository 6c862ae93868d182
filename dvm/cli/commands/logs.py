"""`dvm logs`."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from dvm.cli.guest.entrance import enter, named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.manifest import manifest_or_none
from dvm.errors import DvmError, UnknownVMError, UsageError
from dvm.model.names import PREFIX, is_base
from dvm.state.logs import LIMA_LOG, SETUP_LOG
from dvm.text import visible
from dvm.views.script_output import LineCutter

_PAUSE = 0.3
_JOURNAL_LINES = 1000
_SECONDS = 60
# As systemd.unit(5) has it; it begins as no option does.
_UNIT = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9:_.@\\-]{0,254}")
_NO_LOG = {94: "the guest has no journal and no /var/log/messages", 95: "the guest has no systemd, so it has no units"}
_CHUNK = 1 << 16


def logs(
    vm: opt.VM,
    unit: Annotated[
        str | None,
        typer.Argument(metavar="[UNIT]", help="With --journal: only this unit of systemd's.", show_default=False),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the logs grow, until Ctrl-C.")] = False,
    setup: Annotated[bool, typer.Option("--setup", help="Only what setup scripts and bootstrap said.")] = False,
    lima: Annotated[bool, typer.Option("--lima", help="Only what limactl said.")] = False,
    journal: Annotated[
        bool, typer.Option("--journal", help="The guest's own log instead, as the guest has it: the VM must run.")
    ] = False,
    lines: Annotated[
        int | None,
        typer.Option(
            "--lines",
            "-n",
            metavar="N",
            min=1,
            max=100_000,
            help="How many of the last lines, of each log; default: all, with --journal 1000.",
            show_default=False,
        ),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option("--manifest", metavar="PATH", help="With --journal: the manifest.", show_default=False),
    ] = None,
) -> int:
    """Print what limactl and the setup scripts said when a VM, or a base, was last worked on. Escapes are made visible.

    With --journal, what the guest wrote into its journal (`dvm logs app --journal ssh`), after the checks of a session.

    Example: dvm logs app -f
    """
    if journal:
        if follow or setup or lima:
            raise UsageError("--journal goes alone.", remedy="Leave --follow, --setup and --lima out.")
        return _journal(vm, unit or "", lines or _JOURNAL_LINES, manifest)
    if unit is not None or manifest is not None:
        raise UsageError("UNIT and --manifest are for the guest's own log.", remedy="Give --journal too.")

    host = Host()
    directory = _directory(host, vm)
    name = directory.name
    wanted = [LIMA_LOG] * (lima or not setup) + [SETUP_LOG] * (setup or not lima)
    tails = [_Tail(directory / file) for file in wanted]
    if not any(tail.path.is_file() for tail in tails):
        _demand_known(host, name, follow=follow)
    for tail in tails if lines is not None else ():
        tail.skip_to_last(lines or 0)
    heading = ""
    while True:
        for tail in tails:
            heading = tail.show(heading, several=len(tails) > 1)
        sys.stdout.flush()
        if not follow:
            return 0
        time.sleep(_PAUSE)


def _demand_known(host: Host, name: str, *, follow: bool) -> None:
    """See that a VM without a log can have one, and say that it is waited for.

    Raises:
        UnknownVMError: there is no such VM. DvmError: there is no log, and nobody waits for one.
    """
    directory = host.state.of_vm(name)
    found = manifest_or_none(host, None, readable=True)
    known = {*((*found.vms, *found.unread) if found else ()), *host.state.vms()}
    # One that is worked on for the first time has a directory before it has a log.
    if name not in known and not directory.is_dir():
        raise UnknownVMError(name, known)
    if not follow:
        raise DvmError(
            f"There is no log of vm.{name}.", detail=f"It would be in {directory}.", remedy=f"dvm apply {name}"
        )
    sys.stderr.write(f"There is no log of vm.{name} yet: waiting for one.\n")


def _directory(host: Host, vm: str) -> Path:
    """Return where the logs of a VM are, or of a base: nobody enters one, but it is built, and that may fail."""
    if not is_base(vm):
        return host.state.of_vm(named(vm))
    name = vm.removeprefix(PREFIX)
    found = host.state.of_base(name)
    if found is None:
        raise DvmError(f"There is no log of {visible(name)}.", remedy="`dvm ls` shows which bases are built.")
    return found


def _journal(vm: str, unit: str, lines: int, manifest: Path | None) -> int:
    """Print the end of the guest's own log."""
    if unit and _UNIT.fullmatch(unit) is None:
        raise UsageError(
            f'"{visible(unit)}" is not the name of a unit.', remedy="Name one as systemctl does: ssh.service."
        )
    guest = (entrance := enter(Host(), vm, manifest, "journal", bootstrapped=False)).guest
    printed = LineCutter()

    def show(chunk: bytes) -> None:
        sys.stdout.writelines(f"{line}\n" for line in printed.feed(chunk))

    ending = entrance.connection.ask(guest.journal(lines, unit), timeout=_SECONDS, sink=show)
    sys.stdout.writelines(f"{line}\n" for line in printed.end())
    sys.stdout.flush()
    status = ending.proven().status
    if status:
        raise DvmError(
            f"vm.{guest.vm}: {_NO_LOG.get(status, f'journalctl ended with status {status}')}.",
            remedy="See what the guest logs to: dvm sh " + guest.vm,
        )
    return 0


class _Tail:
    """A log that may grow, be moved aside for the next run's, or not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inode = 0
        self._at = 0

    def skip_to_last(self, lines: int) -> None:
        """Go on with the last lines of what is there now."""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            self._inode = os.fstat(file.fileno()).st_ino
            text = file.read()  # no run keeps more than 16 MiB
            at = len(text) - text.endswith(b"\n")
            for _ in range(lines):
                at = text.rfind(b"\n", 0, max(at, 0))
            self._at = at + 1

    def show(self, heading: str, *, several: bool) -> str:
        """Print what is new, under the log's name if the last line printed was another's; return the name."""
        try:
            with self.path.open("rb") as file:
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
