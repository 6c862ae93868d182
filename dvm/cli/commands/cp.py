"""`dvm cp`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.guest.copying import (
    Side,
    demand_sources,
    into_guest,
    out_of_guest,
    place_for,
    stream_into_guest,
    stream_out_of_guest,
    told,
)
from dvm.cli.guest.entrance import enter
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import DvmError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def cp(
    sources: Annotated[
        list[str], typer.Argument(metavar="SRC...", help="Paths, or VM:PATH; - is standard input.", show_default=False)
    ],
    target: Annotated[
        str, typer.Argument(metavar="DST", help="A path, or VM:PATH; - is standard output.", show_default=False)
    ],
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Copy a directory.")] = False,
    manifest: opt.ManifestPath = None,
) -> int:
    """Copy files or directories into a VM or out of it, as DVM_USER.

    One side is VM:PATH, relative to the code directory (~ is DVM_USER's home). Several sources go into a directory.
    Of `.` and `x/.` all that is in it is copied. A file of the host's with a colon in its name is written ./a:b. From a
    guest only regular files and directories are taken, under the names that were asked for; links are left out and
    reported, and then it ends with 1. `-` in place of a path of the host's is standard input or output, for one file; a
    terminal shows escapes as text.

    Example: dvm cp -r app:dist .
    """
    host, sides, to = Host(), [Side.of(source) for source in sources], Side.of(target)
    if to.vm and not any(side.vm for side in sides):
        return told(_send(host, sides, to, manifest, recursive=recursive))
    if not to.vm and all(side.vm for side in sides):
        return told(_receive(host, sides, to, manifest, recursive=recursive))
    if to.vm and all(side.vm for side in sides):
        raise UsageError(
            "Both sides are in a VM, and one has to be a path of the host's.",
            remedy="A file goes from one VM to another so: dvm cp VM:FILE - | dvm cp - VM:FILE",
        )
    raise UsageError("One side has to be VM:PATH, the other a path.", remedy="A path with a colon is written ./a:b.")


def _send(host: Host, sides: Sequence[Side], to: Side, manifest: Path | None, *, recursive: bool) -> list[str]:
    if any(side.streams for side in sides):
        _demand_one_file(sides, recursive=recursive)
        if not to.base or to.path.endswith("/"):
            raise UsageError("Standard input has no name.", remedy=f"Name the file in the guest: {to.vm}:FILE")
        stream_into_guest(enter(host, to.vm, manifest, "copy"), sys.stdin.buffer, to.path)
        return []
    demand_sources([side.path for side in sides], recursive=recursive)
    # With a slash at its end it is a directory, or an error.
    path = f"{to.path.rstrip('/')}/" if len(sides) > 1 and to.path else to.path
    left_out: list[str] = []
    for side in sides:
        left_out += into_guest(enter(host, to.vm, manifest, "copy"), side.path, path)
    return left_out


def _receive(host: Host, sides: Sequence[Side], to: Side, manifest: Path | None, *, recursive: bool) -> list[str]:
    if to.streams:
        _demand_one_file(sides, recursive=recursive)
        stream_out_of_guest(enter(host, sides[0].vm, manifest, "copy"), sides[0], sys.stdout.buffer)
        return []
    several = len(sides) > 1
    places = [place_for(to.path, side, several=several) for side in sides]
    for at, place in enumerate(places):
        if several and place in places[:at]:
            raise DvmError(f"Two sources would both become {place}.", detail="Nothing was copied.")
    left_out: list[str] = []
    for side, place in zip(sides, places, strict=True):
        left_out += out_of_guest(enter(host, side.vm, manifest, "copy"), side, place, recursive=recursive)
    return left_out


def _demand_one_file(sides: Sequence[Side], *, recursive: bool) -> None:
    if len(sides) > 1 or recursive:
        raise UsageError(
            "Standard input and output take one file.",
            remedy="A directory goes as a tar of your own: tar c DIR | dvm ssh VM -- tar x",
        )
