"""dvm.lock: which setup scripts, and which of the templates' own, somebody has read and approved."""

from __future__ import annotations

from typing import Literal

import msgspec
from pydantic import Field

from dvm.model.choices import RunAs
from dvm.model.fields import Declared, Digest
from dvm.model.template import Mode, ProvisionRecord


class LockedEntry(Declared):
    """One thing that a template may make the guest do."""

    mode: Mode = Field(description="Lima's mode; `probe` for an entry of `probes`.")
    as_: RunAs = Field(alias="as", description="Who does it in the guest.")
    sha256: Digest = Field(description="SHA-256 of its text before Lima puts names and parameters into it.")
    path: str = Field("", description="The file that it writes or edits; empty for a script.")
    owner: str = Field("", description="Who gets that file; empty: root.")
    permissions: str = Field("", description="Mode of that file; empty: Lima's default.")

    @classmethod
    def of(cls, record: ProvisionRecord) -> LockedEntry:
        """Return the entry of a record."""
        return cls.model_validate(msgspec.to_builtins(record))

    @property
    def record(self) -> ProvisionRecord:
        """What it says, as templates and receipts have it."""
        return msgspec.convert(self.model_dump(by_alias=True), ProvisionRecord)


class Lock(Declared):
    """The content of dvm.lock."""

    version: Literal[1] = Field(1, description="Version of this format.")
    scripts: dict[str, Digest] = Field(
        {}, description="SHA-256 of the text that was approved, by the script's path relative to dvm.lock."
    )
    files: dict[str, Digest] = Field(
        {}, description="SHA-256 of each companion file that was approved, by its path relative to dvm.lock."
    )
    templates: dict[str, tuple[LockedEntry, ...]] = Field(
        {}, description="What each template may make the guest do, by the template's name, path or address."
    )

    def records(self, template: str) -> tuple[ProvisionRecord, ...]:
        """Return what was approved of a template, by its name here."""
        return tuple(entry.record for entry in self.templates.get(template, ()))
