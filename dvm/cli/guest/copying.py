"""Copies between host and guest, each through a look at the instance, and proven by the guest's closing line."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from dvm.cli.guest.transfer.pack import send, send_stream, size_of
from dvm.cli.guest.transfer.unpack import UntrustedError, extract, move_into_place
from dvm.errors import DvmError, ExitCode, UsageError
from dvm.model.names import is_name, plain_name
from dvm.text import visible
from dvm.views.copy_progress import watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.cli.guest.entrance import Entrance
    from dvm.lima.transfer import Transfer

STREAM = "-"
"""Standard input or output, in place of a path of the host's."""
_SHOWN = 5
_UNNAMED = frozenset({"", ".", ".."})
_HOME = _UNNAMED | {"~"}


class Side(Struct, frozen=True):
    """One side of a copy: a path of the host's (`vm` is empty) or of a guest's."""

    vm: str
    path: str

    @classmethod
    def of(cls, text: str) -> Side:
        """Return what `VM:PATH`, or a path, names."""
        name, colon, path = text.partition(":")
        vm = plain_name(name)
        return cls(vm, path) if colon and is_name(vm) else cls("", text)

    @property
    def streams(self) -> bool:
        """Whether it is standard input or output."""
        return not self.vm and self.path == STREAM

    @property
    def base(self) -> str:
        """The last part of the path; empty: it names a directory by no name of its own."""
        base = self.path.rstrip("/").rpartition("/")[2]
        return "" if base in (_HOME if self.vm else _UNNAMED) else base


def demand_sources(sources: Sequence[str], *, recursive: bool) -> None:
    """See that there is something to copy, each under a name of its own, before the guest is asked.

    Raises:
        DvmError: there is no such file, it is no regular one, or two have one name.
        UsageError: it has no name, or is a directory, and nobody asked for one.
    """
    for source in sources:
        _demand_source(source, recursive=recursive)
    names = [name for source in sources if (name := Side("", source).base)]
    if twice := next((name for at, name in enumerate(names) if name in names[:at]), ""):
        raise DvmError(f"Two sources would both become {visible(twice)}.", detail="Nothing was copied.")


def _demand_source(source: str, *, recursive: bool) -> None:
    if not source:
        # Path("") is the current directory, which nobody meant: a variable was empty.
        raise UsageError("An empty path names no file.", detail="Nothing was copied.")
    place, shown = Path(source), visible(source)
    if not place.exists():
        raise DvmError(f"There is no file {shown}.")
    if place.is_dir():
        if not recursive:
            raise UsageError(f"{shown} is a directory.", remedy="Give -r to copy it.")
    elif not place.is_file():
        raise DvmError(
            f"{shown} is no regular file or directory.",
            remedy="What a program prints is copied from standard input: COMMAND | dvm cp - VM:FILE",
        )


def into_guest(entrance: Entrance, source: str, path: str) -> list[str]:
    """Copy a file or a directory to `path` in the guest, as DVM_USER; return what was left out, as no regular file.

    `path` is relative to the code directory; where it is a directory the copy goes below it under the source's name,
    also where that is a link's. Of `.`, `..` and `x/.` goes what is in them, as with cp: a command in the code
    directory finds there what it has here.

    Raises:
        DvmError: it can't be read, or the guest could not take it. UnprovenError: it proves nothing.
    """
    place, name = Path(source), Side("", source).base
    call = entrance.guest.unpack(path, directory=place.is_dir(), name=name)
    left_out: list[str] = []
    with (
        entrance.connection.writing(call) as transfer,
        _read(place),
        _watched(transfer.file, name or source, size_of(place)) as stream,
    ):
        left_out = send(place, stream)
    _demand(transfer, entrance.guest.vm)
    return left_out


def stream_into_guest(entrance: Entrance, source: IO[bytes], path: str) -> None:
    """Copy all that a stream has to the file `path` in the guest.

    The stream is read to its end first: what is cut off there is not taken for the whole.

    Raises:
        DvmError: the guest could not take it, or `path` is a directory. UnprovenError: it proves nothing.
    """
    with tempfile.TemporaryFile(prefix="dvm-cp-") as whole:
        try:
            shutil.copyfileobj(source, whole)
            whole.flush()
        except OSError as error:
            raise DvmError(
                f"Standard input can't be held in {tempfile.gettempdir()}: {error.strerror}.",
                detail="It is sent once all of it is there. Nothing was copied.",
                remedy="Make room there, or name another directory by TMPDIR.",
            ) from error
        size = whole.tell()
        whole.seek(0)
        # Without a name of its own it can't go below a directory.
        call = entrance.guest.unpack(path, directory=False, name="")
        with (
            entrance.connection.writing(call) as transfer,
            _read(Path(STREAM)),
            _watched(transfer.file, path, size) as stream,
        ):
            send_stream(whole, size, stream)
    _demand(transfer, entrance.guest.vm)


def out_of_guest(entrance: Entrance, side: Side, place: Path, *, recursive: bool) -> list[str]:
    """Copy a file or a directory of the guest to `place`; return what was left out, as no regular file.

    Raises:
        DvmError: it could not be written, or the guest could not send it. UnprovenError: it proves nothing.
    """
    with _received(entrance, side, place.parent, recursive=recursive) as (found, left_out):
        move_into_place(found, place)
    return left_out


def stream_out_of_guest(entrance: Entrance, side: Side, target: IO[bytes]) -> None:
    """Write a file of the guest's to a stream, once all of it is there and proven.

    Raises:
        DvmError: the guest could not send it. UnprovenError: it proves nothing.
    """
    with (
        _received(entrance, side, Path(tempfile.gettempdir()), recursive=False) as (found, _),
        found.open("rb") as file,
    ):
        if target.isatty():
            # What a guest sends never drives the terminal.
            for line in file:
                target.write(visible(line.decode("utf-8", "replace"), keep="\n\t").encode())
        else:
            shutil.copyfileobj(file, target)
        target.flush()


def place_for(target: str, side: Side, *, several: bool) -> Path:
    """Return where a copy goes: into a directory that is there under the name it has in the guest, as cp does.

    Raises:
        DvmError: there is no such directory, or what is there is neither a directory nor a regular file.
        UsageError: the target is empty.
    """
    if not target:
        raise UsageError("An empty path names no place.", detail="Nothing was copied.")
    place, slash = Path(target), target.endswith("/")
    if place.is_dir():
        return place / side.base if side.base else place
    if several or slash or not place.parent.is_dir():
        raise DvmError(f"There is no directory {visible(str(place if several or slash else place.parent))}.")
    if place.is_symlink():
        # It would be replaced: /dev/stdout is one, and for root nothing is in the way.
        raise DvmError(
            f"{visible(target)} is a link, and a copy follows none.", remedy="Name the file that it leads to."
        )
    if place.exists() and not place.is_file():
        raise DvmError(
            f"{visible(target)} is no regular file or directory.",
            detail="A copy would take its place.",
            remedy="To another program it goes by standard output: dvm cp VM:FILE - | COMMAND",
        )
    return place


def told(left_out: Sequence[str]) -> int:
    """Say what was left out, and return the exit code."""
    if not left_out:
        return ExitCode.DONE
    shown = ", ".join(visible(name) for name in left_out[:_SHOWN]) + (", …" if len(left_out) > _SHOWN else "")
    sys.stderr.write(f"Left out, since they are no regular files or directories: {shown} ({len(left_out)} in all).\n")
    return ExitCode.FAILED


@contextmanager
def _received(entrance: Entrance, side: Side, beside: Path, *, recursive: bool) -> Iterator[tuple[Path, list[str]]]:
    """Hold what the guest sent, proven, in a temporary directory `beside` where it is to go."""
    with tempfile.TemporaryDirectory(prefix=".dvm-cp-", dir=beside) as temporary:
        found: Path | None = None
        left_out: list[str] = []
        try:
            with entrance.connection.reading(entrance.guest.pack(side.path, recursive=recursive)) as transfer:
                name = side.path.rstrip("/").rpartition("/")[2]
                with _watched(transfer.file, side.base or side.path, None) as stream:
                    try:
                        found, left_out = extract(stream, Path(temporary), name or None, recursive=recursive)
                    except (tarfile.TarError, EOFError, ValueError) as error:
                        left_out = [str(error)]
        except UntrustedError:
            raise
        except OSError as error:
            raise DvmError(f"{visible(str(error.filename or beside))}: {error.strerror}.") from error
        _demand(transfer, entrance.guest.vm)
        if found is None:
            raise DvmError(f"The guest's answer is no tar: {visible(left_out[0])}.", detail="Nothing was written.")
        yield found, left_out


@contextmanager
def _read(source: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        pass  # the guest says why
    except OSError as error:
        raise DvmError(f"{visible(str(error.filename or source))}: {error.strerror}.") from error


@contextmanager
def _watched(stream: IO[bytes], name: str, total: int | None) -> Iterator[IO[bytes]]:
    with watched(stream, visible(name), total, os.environ) as counted:
        yield counted


def _demand(transfer: Transfer, vm: str) -> None:
    """See that the guest proved that all was copied.

    Raises:
        DvmError: it says that it could not. UnprovenError: it proves nothing.
    """
    assert transfer.ending is not None
    completed = transfer.ending.completed
    if completed.status != 0 and not completed.timed_out and not transfer.ending.too_much:
        lines = [visible(line).removeprefix("dvm: ") for line in completed.tail if not line.startswith("dvm-pack ")]
        raise DvmError(f"vm.{vm}: nothing was copied, or not all.", detail="\n".join(lines[-_SHOWN:]))
    transfer.proven()
