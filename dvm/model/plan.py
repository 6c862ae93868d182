"""The plan: what would change, why, in which steps. Complete data; views only render it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from dvm.model.names import base_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dvm.diagnostics import Diagnostic
    from dvm.model.instance import Instance
    from dvm.model.intent import Intent
    from dvm.model.manifest import DesiredBase, DesiredVM, Script
    from dvm.model.receipt import ConfigurationPart, Receipt
    from dvm.model.template import Template


STARTED = "start_requested"
"""The reason of a change that `dvm start` asks for."""
STOPPED = "stop_requested"
"""The reason of a change that `dvm stop` asks for."""
RENAMED = "rename_requested"
"""The reason of a change that `dvm mv` asks for, or asked for before it was cut off."""


UNAVAILABLE = frozenset({"name_taken", "managed_elsewhere"})
"""The reasons of changes that can't be made: the instance of a declared VM is somebody else's."""


class Action(StrEnum):
    """What happens to a VM, in Terraform's terms."""

    NO_OP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"

    @property
    def json(self) -> list[str]:
        """The list that Terraform's JSON has."""
        return ["delete", "create"] if self is Action.REPLACE else [str(self)]


class Effect(StrEnum):
    """What it takes to change an attribute."""

    IN_PLACE = "in place"
    BOOTSTRAP = "bootstrap"
    RESTART = "restarts"
    BOOT = "boots"
    STOP = "stops"
    REPLACE = "forces replacement"


class ElementChange(Struct, frozen=True):
    """One element of a list or a table that differs; `old` or `new` is None where it comes or goes."""

    key: str
    old: Any = None
    new: Any = None


class AttributeChange(Struct, frozen=True):
    """One attribute that differs. `old` and `new` are its values (sizes in bytes); None: not there.

    `elements`: what differs in a list or a table, in order of key.
    """

    name: str
    old: Any
    new: Any
    effect: Effect
    elements: tuple[ElementChange, ...] = ()


class ScriptRun(Struct, frozen=True):
    """A setup script that will run: why, and what ran last under its name (None: nothing ever did)."""

    script: Script
    reason: str
    previous: str | None = None
    env: tuple[ElementChange, ...] = ()
    """The manifest's variables that come, change and go since the last run; all of them at a first one."""
    files: tuple[ElementChange, ...] = ()
    """The companion files that come, change and go since the last run, by name, with the SHA-256 of each."""
    run_id: str | None = None
    """Set where a run was cut off: the guest may know that it ended after all."""


class StepAction(StrEnum):
    """What one step does."""

    GUARD = "guard"
    CLEAN = "clean"
    CREATE = "create"
    CLONE = "clone"
    VERIFY = "verify"
    TAKE_OVER = "take-over"
    TAKE_TEMPLATE = "take-template"
    DECLARE = "declare"
    RENAME = "rename"
    MOVE_CODE = "move-code"
    UNPROTECT = "unprotect"
    STOP = "stop"
    EDIT = "edit"
    EGRESS = "egress"
    START = "start"
    RENEW = "renew"
    BOOTSTRAP = "bootstrap"
    SETUP = "setup"
    SEAL = "seal"
    PROTECT = "protect"
    DELETE = "delete"
    BACKUP = "backup"
    RESTORE = "restore"


class Step(Struct, frozen=True):
    """One step. `id` is unique in the plan, `needs` are ids of steps that must have ended well before."""

    id: str
    address: str
    intent: Intent
    needs: tuple[str, ...] = ()

    @property
    def action(self) -> StepAction:
        """What it does, in a word."""
        return self.intent.action

    @property
    def script(self) -> ScriptRun | None:
        """The setup script that it runs."""
        return self.intent.script

    @property
    def stdin(self) -> str:
        """Where standard input comes from, for people to read; empty: nothing."""
        return self.intent.stdin


class TemplateEdit(Struct, frozen=True):
    """What a template file says now, where an edit puts all that differs into the instance that was made from it.

    `locator` is as the manifest names it, `sha256` that of the file; the receipt vouches for `configuration` then.
    """

    locator: str
    sha256: str | None
    configuration: Mapping[str, ConfigurationPart]

    def vouching(self, receipt: Receipt) -> Receipt:
        """Return the receipt with the template as it is now."""
        return replace(
            receipt, template=self.locator, template_sha256=self.sha256, configuration=dict(self.configuration)
        )


class CloneOf(Struct, frozen=True):
    """The built base that an instance is cloned from. `built` is when that was; None: the plan builds it first."""

    base: DesiredBase
    built: datetime | None = None


class ResourceChange(Struct, frozen=True):
    """All that happens to one VM, and what would need a flag to happen (`withheld`)."""

    address: str
    name: str
    instance: str
    action: Action
    reason: str = ""
    """Why, as a token people script against: `not_found`, `drift`, `setup`, `replace_requested`, `orphan`, …"""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    changes: tuple[AttributeChange, ...] = ()
    scripts: tuple[ScriptRun, ...] = ()
    restart: bool = False
    boots: bool = False
    stops: bool = False
    bootstraps: bool = False
    withheld: tuple[AttributeChange, ...] = ()
    """Changes that only a replacement can make, which nobody asked for."""
    waiting: tuple[AttributeChange, ...] = ()
    """What differs in a guest that is left stopped: the next `dvm start` or apply that boots it sees to that."""
    waiting_scripts: tuple[ScriptRun, ...] = ()
    """Setup scripts that wait for that, in a VM that was set up before."""
    notes: tuple[str, ...] = ()
    """What a reader should know that is no change, e.g. setup that waits for the first start."""
    desired: DesiredVM | None = None
    observed: Instance | None = None
    keeps_work: bool = False
    """Whether its work is archived before it is destroyed."""
    restores_work: bool = False
    """Whether the work of the VM that it takes the place of is put back into it."""
    origin: CloneOf | None = None
    """What it is cloned from; None: it is made from its template, or not made."""
    renews: bool = False
    """Whether a clone gets a machine-id and host keys of its own now."""
    template: Template | None = None
    """The template that the VM is made from, or edited to, as Lima puts it together; None where neither is done, or it
    was not read."""
    template_edit: TemplateEdit | None = None
    """Set where the template file changed and an edit does: the VM stays."""
    renames: str = ""
    """The VM that becomes this one: its instance, receipt and code directory get the new name."""

    @property
    def is_base(self) -> bool:
        """Whether it is about a built base, and not about a VM."""
        return base_name(self.instance) is not None

    @property
    def is_protected(self) -> bool:
        """Whether the manifest says that the VM may not be destroyed."""
        return self.desired is not None and self.desired.config.protect

    @property
    def waits(self) -> bool:
        """Whether something of a VM that was set up before differs, and waits for its next start."""
        return bool(self.waiting or self.waiting_scripts)

    @property
    def converges(self) -> bool:
        """Whether it brings the VM to what the manifest wants: a bare start or stop does not."""
        bare = self.reason == STARTED and not self.bootstraps and not self.scripts
        return not bare and self.reason not in {STOPPED, RENAMED}


class Summary(Struct, frozen=True):
    """The counts of the plan's last line; `setup` is the number of scripts that run."""

    add: int = 0
    change: int = 0
    replace: int = 0
    destroy: int = 0
    setup: int = 0


class PlanOptions(Struct, frozen=True):
    """What a plan was asked for. `targets` empty: everything."""

    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    rerun_setup: bool = False
    prune: bool = False
    destroy: bool = False
    offline: bool = False
    discard_work: bool = False
    keep_work: bool = False
    """Archive the work of the VMs to replace, and put it into the new ones."""
    rebuild: tuple[str, ...] = ()
    """Names of bases that are built anew."""
    stop: bool = False
    """Shut the targets down, and nothing else."""
    start: bool = False
    """Boot the targets, and nothing else."""


class Plan(Struct, frozen=True):
    """A whole plan. `changes` are in order of name, `steps` in an order that respects `needs`."""

    manifest_path: Path
    manifest_sha256: str
    limactl_version: str
    options: PlanOptions
    changes: tuple[ResourceChange, ...] = ()
    steps: tuple[Step, ...] = ()
    owner: Path = Path()
    """The manifest's path without links, which the receipts of its VMs have."""
    unmanaged: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    """Names of the managed VMs that the manifest does not declare, `strays` among them."""
    ephemerals: tuple[str, ...] = ()
    """Names of throwaway VMs that are there: no orphans, and destroyed only when named."""
    strays: Mapping[str, str] = field(default_factory=dict)
    """Orphans that are destroyed only when named, with the manifest that made each: it is gone; empty: not known."""
    unread: tuple[str, ...] = ()
    """Names of managed VMs of which the manifest can't be read; never orphans."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """VMs that belong to another manifest, with its path. Nothing is done to them."""
    diagnostics: tuple[Diagnostic, ...] = ()
    summary: Summary = field(default_factory=Summary)

    @property
    def made(self) -> tuple[ResourceChange, ...]:
        """The changes that make a VM from its template."""
        return tuple(change for change in self.changes if change.action in (Action.CREATE, Action.REPLACE))

    @property
    def provisioned(self) -> tuple[ResourceChange, ...]:
        """The changes after which Lima runs what a template brings, so far as that was read."""
        return tuple(change for change in self.changes if change.template is not None)

    @property
    def has_changes(self) -> bool:
        """Whether anything differs from the manifest, what is withheld or can't be done included."""
        return any(
            change.action is not Action.NO_OP or change.withheld or change.waits or change.reason in UNAVAILABLE
            for change in self.changes
        )
