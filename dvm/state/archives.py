"""Archives on disk: `FILE`, which DVM never unpacks, and `FILE.json`, which says what the bytes have to be.

An archive is there when both are: `FILE.json` is written last. Both are for their owner alone.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import msgspec

from dvm import __version__
from dvm.errors import DvmError, UsageError
from dvm.files import flush, write_atomically
from dvm.model.archive import Archived, ArchivedScript, ArchivedVM
from dvm.model.table import decoder
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from dvm.lima.transfer import Transfer
    from dvm.model.archive import Replaced
    from dvm.model.receipt import Receipt

_MAX_ABOUT = 1 << 20
_ARCHIVED = decoder(Archived)


class NewArchive:
    """An archive in the making: `file` has no name that anybody looks for until `commit`."""

    def __init__(self, path: Path, file: IO[bytes], temporary: Path, *, over: bool) -> None:
        self.path = path
        self.file = file
        self._temporary = temporary
        self._over = over

    def commit(self, about: Archived) -> None:
        """Put the archive and what describes it in their places, and see that a loss of power leaves them there.

        Raises:
            OSError: it can't be written. FileExistsError: something is there by now.
        """
        self.file.flush()
        flush(self.file.fileno())
        # Of an older archive at the same place, so that the two never belong to different ones.
        described(self.path).unlink(missing_ok=True)
        if self._over:
            self._temporary.replace(self.path)
        else:
            self._put()
        text = msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"
        write_atomically(described(self.path), text)

    def _put(self) -> None:
        try:
            # A link is made only where nothing has the name.
            os.link(self._temporary, self.path)
        except FileExistsError:
            raise
        except OSError:
            if os.path.lexists(self.path):
                raise
            self._temporary.replace(self.path)  # a disk that has no links


def described(path: Path) -> Path:
    """Return where an archive is described."""
    return path.with_name(f"{path.name}.json")


def unfinished(path: Path) -> Path:
    """Return where an archive is written that goes over an older one, until it is whole."""
    return path.with_name(f"{path.name}.tmp")


@contextmanager
def new_archive(path: Path, *, over: bool = False) -> Iterator[NewArchive]:
    """Make an archive at `path`, mode 0600, which is there as a whole or not at all.

    `over`: also over an older one, by the one process that may write there. What a kill leaves has a known name then.

    Raises:
        OSError: it can't be made there.
    """
    temporary = unfinished(path) if over else path.parent / f".dvm-{os.urandom(8).hex()}.tmp"
    if over:
        temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
        try:
            yield NewArchive(path, file, temporary, over=over)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


def about(
    receipt: Receipt, transfer: Transfer, entries: int, made: datetime, replaces: Replaced | None = None
) -> Archived:
    """Return what describes an archive that has come as a whole."""
    made_by = receipt.bootstrap
    assert made_by is not None, "there is no code directory to archive"
    return Archived(
        bytes=transfer.size,
        sha256=transfer.sha256,
        entries=entries,
        made=made,
        made_by=__version__,
        vm=ArchivedVM(
            name=receipt.vm,
            instance=receipt.instance,
            user=made_by.user,
            template=receipt.template,
            created=receipt.created,
            applied=receipt.applied,
            manifest=receipt.manifest,
            setup=tuple(ArchivedScript(path=each.path, sha256=each.sha256) for each in receipt.setup if each.succeeded),
        ),
        replaces=replaces,
    )


def read_about(path: Path) -> Archived:
    """Return what describes the archive at `path`.

    Raises:
        DvmError: it is not there, or is none of DVM's.
    """
    place = described(path)
    shown = visible(str(place))
    try:
        # Not to wait for a writer of a pipe of that name.
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            content = file.read(_MAX_ABOUT) or b""
    except FileNotFoundError as error:
        if not path.exists():
            raise UsageError(
                f"There is no archive {visible(str(path))}.", remedy="Name a file that `dvm backup` made."
            ) from error
        raise UsageError(
            f"There is no {shown}.",
            detail="It has the SHA-256 of the archive, and is written last: without it no archive is whole.",
            remedy="Name a file that `dvm backup` made, with its .json beside it.",
        ) from error
    except OSError as error:
        raise DvmError(f"{shown} can't be read: {error.strerror}.") from error
    try:
        # What is longer is cut, and so is no JSON.
        return _ARCHIVED.decode(content)
    except (ValueError, RecursionError) as error:
        raise DvmError(
            f"{shown} does not describe an archive: {visible(str(error))}.",
            remedy="Name a file that `dvm backup` made, with its .json beside it.",
        ) from error


def open_archive(path: Path, expected: Archived) -> IO[bytes]:
    """Open the archive, which must be a file of the size that `expected` has; its bytes are the guest's to verify.

    Raises:
        DvmError: it is not.
    """
    shown = visible(str(path))
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise DvmError(f"{shown} can't be read: {error.strerror}.") from error
    facts = os.fstat(file.fileno())
    if stat.S_ISREG(facts.st_mode) and facts.st_size == expected.bytes:
        return file
    file.close()
    raise DvmError(
        f"{shown} is not the archive that {visible(described(path).name)} describes.",
        detail=f"It has {facts.st_size} bytes, and {expected.bytes} were written.",
    )
