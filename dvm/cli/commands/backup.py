"""`dvm backup`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.guest.archiving import demand_done
from dvm.cli.guest.entrance import enter, named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.lima.archive import most_bytes, take
from dvm.model.units import format_size
from dvm.state.archives import about, described, new_archive
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.cli.guest.entrance import Entrance
    from dvm.model.archive import Archived


def backup(
    vm: opt.VM,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Where it goes; default: ./VM-TIME.tar.", show_default=False),
    ] = None,
    manifest: opt.ManifestPath = None,
) -> int:
    """Write the code directories of a VM into one archive on the host, for `dvm restore`.

    All that is below /home/DVM_USER/code goes into FILE, mode 0600: repositories with what is uncommitted, unpushed
    and stashed, links as links. FILE.json beside it has its size, its SHA-256 and what the VM's receipt says. DVM
    never unpacks it. Nothing is written over. A file that DVM_USER can't read, or that changes meanwhile, is an error.

    Example: dvm backup app
    """
    if file == "-":
        # What describes an archive lies beside it, and only what is whole and proven is one.
        raise UsageError(
            "An archive does not go to standard output.",
            detail="Nothing was written.",
            remedy=f"Name a file: dvm backup {visible(vm)} {named(vm)}.tar",
        )
    place = Path(file or f"{named(vm)}-{_now():%Y%m%dT%H%M%SZ}.tar")
    for each in (place, described(place)):
        if each.is_symlink() or each.exists():
            raise UsageError(f"{visible(str(each))} is there already.", remedy="Name another file.")
    if not place.parent.is_dir():
        raise UsageError(f"There is no directory {visible(str(place.parent))}.")
    entrance = enter(Host(), vm, manifest, "backup")
    try:
        made = _archive(entrance, place)
    except FileExistsError as error:
        raise UsageError(f"{visible(str(place))} is there by now.", remedy="Name another file.") from error
    except OSError as error:
        where = visible(str(error.filename or place))
        raise DvmError(f"{where}: {error.strerror}.", detail="There is no archive.") from error
    sys.stdout.write(
        f"vm.{entrance.guest.vm}: {format_size(made.bytes)} in {visible(str(place))}, "
        f"{made.entries} {'entry' if made.entries == 1 else 'entries'}, SHA-256 {made.sha256}\n"
    )
    return ExitCode.DONE


def _archive(entrance: Entrance, place: Path) -> Archived:
    instance, guest = entrance.verified.instance, entrance.guest
    assert instance.receipt is not None
    with new_archive(place) as new:
        with entrance.connection.reading(guest.archive()) as transfer:
            entries = take(transfer, new.file, place, limit=most_bytes(instance.disk))
        demand_done(transfer, f"vm.{guest.vm}: the archive could not be made.", "There is no archive.")
        made = about(instance.receipt, transfer, entries, _now())
        new.commit(made)
    return made


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
