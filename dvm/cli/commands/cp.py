"""`dvm cp`."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli import options as opt
from dvm.errors import DvmError, ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.cli.host import Host
    from dvm.lima.transfer import Transfer

_SHOWN = 5


def cp(
    source: Annotated[str, typer.Argument(metavar="SRC", help="A path, or VM:PATH.", show_default=False)],
    target: Annotated[str, typer.Argument(metavar="DST", help="A path, or VM:PATH.", show_default=False)],
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Copy a directory.")] = False,
    manifest: opt.ManifestPath = None,
) -> int:
    """Copy a file or a directory into a VM or out of it, as DVM_USER.

    One side is VM:PATH, relative to the code directory (~ is DVM_USER's home). A file of the host's with a colon in
    its name is written ./a:b. From a guest only regular files and directories are taken, under the names that were
    asked for; links are left out and told of, and then it ends with 1.

    Example: dvm cp -r app:dist .
    """
    from dvm.cli.host import Host

    host, sides = Host(), (_split(source), _split(target))
    match sides:
        case ((vm, path), None):
            return _receive(host, vm, path, target, manifest, recursive=recursive)
        case (None, (vm, path)):
            return _send(host, Path(source), vm, path, manifest, recursive=recursive)
        case _:
            raise UsageError(
                "One side has to be VM:PATH, the other a path.", remedy="A path with a colon is written ./a:b."
            )


def _split(text: str) -> tuple[str, str] | None:
    from dvm.model.names import is_name

    name, colon, path = text.partition(":")
    return (name, path) if colon and is_name(name) else None


def _send(host: Host, source: Path, vm: str, path: str, manifest: Path | None, *, recursive: bool) -> int:
    from dvm.cli.entering import enter
    from dvm.cli.sent import send
    from dvm.text import visible

    if not source.exists():
        raise DvmError(f"There is no file {visible(str(source))}.")
    if source.is_dir() and not recursive:
        raise UsageError(f"{visible(str(source))} is a directory.", remedy="Give -r to copy it.")
    entrance = enter(host, vm, manifest)
    guest = entrance.guest
    name = source.resolve().name or "root"
    call = guest.unpack(path, directory=source.is_dir(), name=name)
    left_out: list[str] = []
    with entrance.connection.writing(call) as transfer:
        try:
            left_out = send(source, transfer.file)
        except BrokenPipeError:
            pass  # the guest says why
        except OSError as error:
            raise DvmError(f"{visible(str(error.filename or source))}: {error.strerror}.") from error
    _demand(transfer, vm)
    return _told(left_out)


def _receive(host: Host, vm: str, path: str, target: str, manifest: Path | None, *, recursive: bool) -> int:
    import tempfile

    from dvm.cli.entering import enter
    from dvm.cli.received import UntrustedError, extract, move_into_place
    from dvm.text import visible

    place = _place(Path(target), path, slash=target.endswith("/"))
    entrance = enter(host, vm, manifest)
    guest = entrance.guest
    base = path.rstrip("/").rpartition("/")[2]
    with tempfile.TemporaryDirectory(prefix=".dvm-cp-", dir=place.parent) as temporary:
        try:
            with entrance.connection.reading(guest.pack(path, recursive=recursive)) as transfer:
                try:
                    found, left_out = extract(transfer.file, Path(temporary), base or None, recursive=recursive)
                except (tarfile.TarError, EOFError, ValueError) as error:
                    found, left_out = None, [str(error)]
        except UntrustedError:
            raise
        except OSError as error:
            raise DvmError(f"{visible(str(error.filename or place))}: {error.strerror}.") from error
        _demand(transfer, vm)
        if found is None:
            raise DvmError(f"The guest's answer is no tar: {visible(left_out[0])}.", detail="Nothing was written.")
        move_into_place(found, place)
    return _told(left_out)


def _place(target: Path, path: str, *, slash: bool) -> Path:
    """Return where the copy goes: into a directory that is there under the name it has in the guest, as cp does."""
    from dvm.text import visible

    base = path.rstrip("/").rpartition("/")[2]
    if target.is_dir():
        return target if base in {"", ".", "..", "~"} else target / base
    if slash or not target.parent.is_dir():
        raise DvmError(f"There is no directory {visible(str(target if slash else target.parent))}.")
    return target


def _demand(transfer: Transfer, vm: str) -> None:
    """See that the guest proved that all was copied.

    Raises:
        DvmError: it says that it could not. UnprovenError: it proves nothing.
    """
    from dvm.text import visible

    assert transfer.ending is not None
    completed = transfer.ending.completed
    if completed.status != 0 and not completed.timed_out and not transfer.ending.too_much:
        lines = [visible(line).removeprefix("dvm: ") for line in completed.tail if not line.startswith("dvm-pack ")]
        raise DvmError(f"vm.{vm}: nothing was copied, or not all.", detail="\n".join(lines[-_SHOWN:]))
    transfer.proven()


def _told(left_out: Sequence[str]) -> int:
    from dvm.text import visible

    if not left_out:
        return ExitCode.DONE
    shown = ", ".join(visible(name) for name in left_out[:_SHOWN]) + (", …" if len(left_out) > _SHOWN else "")
    sys.stderr.write(f"Left out, since they are no regular files or directories: {shown} ({len(left_out)} in all).\n")
    return ExitCode.FAILED
