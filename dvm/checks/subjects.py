"""What the families of checks look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Instance
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import DesiredVM, Script
    from dvm.model.receipt import Allowance


class FileSubject(Struct, frozen=True):
    """A host file and the uid DVM runs as."""

    file: FileEvidence
    uid: int


class ScriptSubject(Struct, frozen=True):
    """A setup script of a VM. The bytes are `script.file.content`."""

    script: Script
    vm: DesiredVM


class InstanceSubject(Struct, frozen=True):
    """An instance with its effective configuration, what is wanted of it, and Lima's host-wide files.

    `desired` is None for an orphan. `template` is the template's locator where the instance is not there yet, and its
    configuration is what that declares.
    """

    instance: Instance
    desired: DesiredVM | None
    lima_config: LimaConfig
    template: str = ""

    @property
    def limited(self) -> tuple[bool, ...]:
        """Whether its egress is limited: by the receipt, and by the declaration where there is one."""
        receipt = self.instance.receipt
        said = [receipt.allowed if receipt is not None else None, self.desired.allowed if self.desired else None]
        return tuple(each.egress != "open" for each in said if each is not None)

    @property
    def allowed(self) -> Allowance | None:
        """What the manifest lets it open; without a declaration, what the receipt holds. None: nobody knows."""
        if self.desired is not None:
            return self.desired.allowed
        receipt = self.instance.receipt
        return receipt.allowed if receipt is not None else None
