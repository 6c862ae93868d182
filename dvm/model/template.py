"""A template as Lima puts it together: what it makes the guest do, and everything else that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct, field

from dvm.model.choices import RunAs
from dvm.model.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE: Final = "probe"
"""The mode of an entry of `probes`, which Lima gives no name that people use."""

Mode: TypeAlias = Literal["system", "user", "boot", "dependency", "data", "yq", "probe"]

RUNS_AS: Mapping[Mode, RunAs] = {
    "system": RunAs.ROOT,
    "user": RunAs.ADMIN,
    "boot": RunAs.ROOT,
    "dependency": RunAs.ROOT,
    "data": RunAs.ROOT,
    "yq": RunAs.ROOT,
    PROBE: RunAs.ADMIN,
}
"""Who does an entry's work in the guest, by its mode. `ansible`, which Lima runs on the host, is none of them."""

WRITES = frozenset({"data", "yq"})
"""The modes that write or edit a file in the guest; the others run a script."""


class ProvisionRecord(Table, frozen=True, kw_only=True):
    """One thing that a template makes the guest do, known by its digest: as receipts and dvm.lock keep it."""

    mode: Mode
    """Lima's mode; "probe" for an entry of `probes`."""
    as_: RunAs = field(name="as")
    """Who does it in the guest."""
    sha256: str
    """SHA-256 of its text before Lima puts names and parameters into it."""
    path: str = ""
    """The file that it writes or edits; empty for a script."""
    owner: str = ""
    """Who gets that file; empty: root."""
    permissions: str = ""
    """Mode of that file; empty: Lima's default."""

    @property
    def writes(self) -> bool:
        """Whether it writes a file, and runs nothing."""
        return self.mode in WRITES


class Provisioning(Struct, frozen=True):
    """One thing that a template makes the guest do, with its text before Lima puts names and parameters into it."""

    place: str
    """Where it is in the template that Lima put together, as in `provision[0]`."""
    record: ProvisionRecord
    content: bytes


class Template(Struct, frozen=True):
    """A template with all that its bases bring, and nothing of Lima's `_config`.

    `locator` is as the manifest names it. `declared` is the whole of it as YAML has it, not expanded. `content` is what
    goes to limactl on standard input, None where Lima finds the template by its name.
    """

    locator: str
    provisioning: tuple[Provisioning, ...] = ()
    declared: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def records(self) -> tuple[ProvisionRecord, ...]:
        """What it makes the guest do, without the texts."""
        return tuple(each.record for each in self.provisioning)
