"""An archive of a VM's code directories, as the file beside it describes it: `FILE.json` beside `FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from dvm.model.table import Moment, Table

if TYPE_CHECKING:
    from dvm.model.instance import Instance


class ArchivedScript(Table, frozen=True, kw_only=True):
    """A setup script that had run in the VM."""

    path: str
    """As the manifest named it."""
    sha256: str
    """Of the bytes that ran."""


class ArchivedVM(Table, frozen=True, kw_only=True):
    """The VM that the archive was taken from, by its receipt."""

    name: str
    """Name of the VM."""
    instance: str
    """Name of the Lima instance."""
    user: str
    """DVM_USER, whose code directories are in the archive."""
    template: str
    """The template that the VM was made from."""
    created: Moment
    """When it was made, in UTC."""
    applied: Moment | None = None
    """When an apply last ended without an error."""
    manifest: str | None = None
    """The manifest that it belongs to."""
    setup: tuple[ArchivedScript, ...] = ()
    """The setup scripts that had run well."""


class Replaced(Table, frozen=True, kw_only=True):
    """The instance that a replacement with --keep-work takes away, and the restore that puts its work back."""

    restore_id: str
    """Names that restore in the guest, so that one that ended is not done again."""
    lima_home: str
    """LIMA_HOME of the instance."""
    message: str
    """What Lima has as the instance's message: another VM of that name has another one."""


class Archived(Table, frozen=True, kw_only=True):
    """What an archive has to be: a restore holds its bytes to this."""

    kind: Literal["dvm backup"] = "dvm backup"
    """What the file is."""
    format_version: Literal["1.0"] = "1.0"
    """Version of this format."""
    bytes: int
    """Size of the archive."""
    sha256: str
    """SHA-256 of the archive."""
    entries: int
    """How many files, directories and links are in it."""
    made: Moment
    """When the archive was made, in UTC."""
    made_by: str
    """DVM's version."""
    vm: ArchivedVM
    """The VM it was taken from."""
    replaces: Replaced | None = None
    """Set by `--keep-work`: whose work it is until a new VM has it."""


class KeptWork(Struct, frozen=True):
    """The archive of a VM that is being replaced: where it is, and what it has to be."""

    place: str
    about: Archived

    def is_of(self, instance: Instance | None) -> bool:
        """Whether it was taken from the very instance that is there now, and not from one before it."""
        about = self.about
        if instance is None or instance.receipt is None or about.replaces is None:
            return False
        return (about.vm.created, about.replaces.message) == (instance.receipt.created, instance.message)
