"""`dvm restore`."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.guest.archiving import demand_done
from dvm.cli.guest.entrance import enter, named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.line.durations import seconds_of
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.model.names import is_name, plain_name
from dvm.state.archives import open_archive, read_about
from dvm.state.locks import locked
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.cli.guest.entrance import Entrance
    from dvm.model.archive import Archived

_ARE_THERE = 96


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An archive of `dvm backup`.", show_default=False)],
    vm: Annotated[str, typer.Argument(metavar="VM", help="Name of the VM.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Replace files that are there, without asking.")] = False,
    manifest: opt.ManifestPath = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Put an archive of `dvm backup` into a VM, below DVM_USER's code directory and as DVM_USER.

    Directories are merged: what is in the VM alone stays. A file that is there with other content is replaced
    only after you approve, or with --yes; all such files are counted before anything changes. VM and DVM_USER may
    differ from those of the archive. The archive stays where it is.

    Example: dvm restore app-20261127T041200Z.tar app
    """
    if is_name(plain_name(file)) and not is_name(plain_name(vm)):
        # As `dvm backup VM FILE` has them.
        raise UsageError(
            "The archive comes first, then the VM.",
            detail="Nothing was changed.",
            remedy=shlex.join(["dvm", "restore", visible(vm), visible(file)]),
        )
    host, name, path = Host(), named(vm), Path(file)
    host.demand_no_dry_run("restore")
    about = read_about(path)
    seconds = seconds_of("--lock-timeout", lock_timeout)
    with locked(host.state, [name], timeout=seconds, told=_tell):
        entrance = enter(host, name, manifest, "restore")
        there = _restore(entrance, path, about, replace=yes)
    if there:
        _ask(name, there)
        with locked(host.state, [name], timeout=seconds, told=_tell):
            _restore(enter(host, name, manifest, "restore"), path, about, replace=True)
    entries = f"{about.entries} {'entry' if about.entries == 1 else 'entries'}"
    sys.stdout.write(f"vm.{name}: {entries} of vm.{visible(about.vm.name)}, as of {about.made:%Y-%m-%d %H:%M} UTC.\n")
    return ExitCode.DONE


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _restore(entrance: Entrance, path: Path, about: Archived, *, replace: bool) -> tuple[str, ...]:
    """Stream the archive into the guest; return what is there and would be replaced, as lines; empty: it is done.

    Raises:
        DvmError: it could not be done.
    """
    guest = entrance.guest
    call = guest.restore(about, restore_id=os.urandom(8).hex(), replace=replace)
    try:
        # Where the guest reads no more, it says why.
        with (
            open_archive(path, about) as file,
            entrance.connection.writing(call) as transfer,
            suppress(BrokenPipeError),
        ):
            transfer.feed(file)
    except OSError as error:
        raise DvmError(f"{visible(str(path))}: {error.strerror}.") from error
    proof = demand_done(
        transfer,
        f"vm.{guest.vm}: the archive was not restored, or not all of it.",
        "It is where it was. What was not extracted as a whole replaced nothing.",
        allowed=_ARE_THERE,
    )
    if proof.status != _ARE_THERE:
        return ()
    names = [line.partition("\t")[2] for line in proof.lines if line.startswith("file\t")]
    count = next((int(line.partition("\t")[2]) for line in proof.lines if line.startswith("there\t")), len(names))
    more = [f"… and {count - len(names)} more"] if count > len(names) else []
    return (*(visible(name) for name in names), *more)


def _ask(name: str, there: tuple[str, ...]) -> None:
    listed = "".join(f"  {line}\n" for line in there)
    sys.stdout.write(f"vm.{name} has these already, and the archive has others in their place:\n{listed}")
    if not sys.stdin.isatty():
        raise DvmError(
            "There are files that the archive would replace.",
            detail="Nothing was changed.",
            remedy="Move them away in the VM, or give --yes to replace them.",
        )
    sys.stdout.write("Replace them? Only 'yes' will be accepted to approve: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "yes":
        raise DvmError("Cancelled.", detail="Nothing was changed.")
