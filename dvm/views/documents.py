"""The shape of DVM's JSON, key by key. Imported by type checkers and by schema.py only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, with_config

# pydantic reads no typing.TypedDict on Python 3.11; typing_extensions comes with pydantic.
from typing_extensions import TypedDict

CONFIG = ConfigDict(use_attribute_docstrings=True)

Digest = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
Address = Annotated[str, Field(pattern=r"^(vm|base)\.", examples=["vm.app"])]


@with_config(CONFIG)
class LocationDocument(TypedDict):
    """A place in a file."""

    path: str
    """Path of the file."""
    line: int | None
    """Line, from 1; null: the file as a whole."""
    column: int | None
    """Column in characters, from 1; null where it is not known."""


@with_config(CONFIG)
class DiagnosticDocument(TypedDict):
    """Something to report to the user."""

    severity: Literal["error", "warning"]
    """`error` or `warning`."""
    summary: str
    """What, in a line."""
    detail: str
    """Why, and what to do."""
    address: str | None
    """The VM it is about, if any."""
    location: LocationDocument | None
    """The place it is about, if any."""


@with_config(CONFIG)
class CheckDocument(TypedDict):
    """One finding of a security check. Nothing in it is a secret."""

    code: Annotated[str, Field(pattern="^DVM[0-9]{3}$", examples=["DVM202"])]
    """The check; `dvm explain CODE` shows more."""
    severity: Literal["deny", "warn"]
    """`deny` stops an apply, `warn` is shown."""
    status: Literal["pass", "fail", "waived"]
    """`pass`, `fail`, or `waived`: it failed, and a reviewed waiver with a reason covers it."""
    subject: str
    """The file or the address it is about."""
    summary: str
    """What was found, in a line."""
    detail: str
    """What was found here."""
    remedy: str
    """What to do."""
    location: LocationDocument | None
    """The place it is about, if any."""


@with_config(CONFIG)
class ChecksDocument(TypedDict):
    """What `dvm check --json` prints."""

    checks: list[CheckDocument]
    """The findings."""
    errors: list[DiagnosticDocument]
    """The mistakes of a manifest that can't be read; then not everything was checked."""


@with_config(CONFIG)
class ManifestDocument(TypedDict):
    """The manifest that was planned from."""

    path: str
    """Path of dvm.toml."""
    sha256: Digest
    """SHA-256 over the digests of all its files."""


@with_config(CONFIG)
class SummaryDocument(TypedDict):
    """Counts. A replaced VM counts once, under `replace`."""

    add: Annotated[int, Field(ge=0)]
    """VMs to create."""
    change: Annotated[int, Field(ge=0)]
    """VMs to update in place."""
    replace: Annotated[int, Field(ge=0)]
    """VMs to replace: destroyed, then created."""
    destroy: Annotated[int, Field(ge=0)]
    """VMs to destroy."""
    setup: Annotated[int, Field(ge=0)]
    """Setup scripts to run."""


@with_config(CONFIG)
class ChangeDocument(TypedDict):
    """What happens to a VM, with its attributes before and after, written as the manifest writes them."""

    actions: Annotated[
        list[Annotated[str, Field(pattern="^(no-op|create|update|delete)$")]],
        Field(examples=[["no-op"], ["create"], ["update"], ["delete"], ["delete", "create"]]),
    ]
    """Terraform's actions."""
    before: dict[str, Any] | None
    """Attributes as observed; null: there is no instance."""
    after: dict[str, Any] | None
    """Attributes as the manifest says; null: there will be no instance."""


# Functional, for `as` is a keyword.
ScriptDocument = TypedDict(
    "ScriptDocument",
    {
        "path": Annotated[str, Field(description="Path as the manifest names it.", examples=["setup/base.sh"])],
        "sha256": Annotated[Digest, Field(description="Of the bytes that run; empty where there are none.")],
        "as": Annotated[Literal["admin", "root", "user"], Field(description="Who it runs as in the guest.")],
        "reason": Annotated[str, Field(description="Why it runs.")],
        "env": Annotated[dict[str, str], Field(description="The manifest's variables that it gets.")],
        "files": Annotated[
            dict[str, Digest], Field(description="SHA-256 of each companion file, by its name in $DVM_FILES.")
        ],
    },
)


ProvisioningDocument = TypedDict(
    "ProvisioningDocument",
    {
        "place": Annotated[
            str, Field(description="Where it is in the template, its bases merged in.", examples=["provision[0]"])
        ],
        "mode": Annotated[
            Literal["system", "user", "boot", "dependency", "data", "yq", "probe"],
            Field(description="Lima's mode; `data` and `yq` write a file, the others run a script."),
        ],
        "as": Annotated[Literal["admin", "root", "user"], Field(description="Who does it in the guest.")],
        "sha256": Annotated[Digest, Field(description="Of its text before Lima puts names and parameters into it.")],
        "path": Annotated[str, Field(description="The file that it writes; empty for a script.")],
        "owner": Annotated[str, Field(description="Who gets that file; empty: root.")],
        "permissions": Annotated[str, Field(description="Mode of that file; empty: Lima's default.")],
    },
)


@with_config(CONFIG)
class ElementDocument(TypedDict):
    """One element of a list or a table that differs."""

    key: str
    """The key in a table; in a list, the element itself."""
    old: Any
    """As observed; null: it comes."""
    new: Any
    """As the manifest says; null: it goes."""


@with_config(CONFIG)
class AttributeDocument(TypedDict):
    """One attribute that differs."""

    name: str
    """Name of the attribute."""
    old: Any
    """As observed; null: not there."""
    new: Any
    """As the manifest says; null: not there."""
    effect: Literal["in place", "bootstrap", "restarts", "boots", "stops", "forces replacement"]
    """What it takes to change it."""
    elements: list[ElementDocument]
    """What differs in a list or a table, element by element; empty for other values."""


@with_config(CONFIG)
class BaseDocument(TypedDict):
    """The built base that a VM, or another base, is cloned from."""

    address: Annotated[str, Field(pattern=r"^base\.", examples=["base.node"])]
    """Address of the base."""
    instance: Annotated[str, Field(examples=["dvm-base.node-1a2b3c4d"])]
    """Name of its Lima instance."""
    key: Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["1a2b3c4d" * 8])]
    """SHA-256 of all that it is built from."""
    built: Annotated[str | None, Field(examples=["2026-01-31T12:00:00Z"])]
    """When it was built, in UTC; null: the plan builds it first."""


@with_config(CONFIG)
class ResourceChangeDocument(TypedDict):
    """All that happens to one VM, or to one base."""

    address: Address
    """Address of the VM."""
    previous_address: str
    """Address of the VM that gets this name; empty where none does."""
    name: str
    """Name of the VM."""
    instance: Annotated[str, Field(examples=["dvm-app"])]
    """Name of its Lima instance."""
    change: ChangeDocument
    """The actions."""
    action_reason: Annotated[str, Field(examples=["not_found", "drift", "setup", "replace_requested", "orphan"])]
    """Why, as a token; empty where nothing happens."""
    restart: bool
    """Whether the VM is stopped and started again."""
    boots: bool
    """Whether a VM that does not run is started."""
    stops: bool
    """Whether a VM that runs is left stopped."""
    bootstraps: bool
    """Whether DVM_USER and the code directory are set up."""
    renews: bool
    """Whether a clone is given a machine-id and SSH host keys of its own."""
    base: BaseDocument | None
    """The base that it is cloned from; null: it is made from its template, or it is there."""
    scripts: list[ScriptDocument]
    """Setup scripts that run, in order."""
    provisioning: list[ProvisioningDocument]
    """What the template makes the guest do at each boot, for a VM to be made; empty for any other."""
    changes: list[AttributeDocument]
    """Attributes that differ and will be changed."""
    withheld: list[AttributeDocument]
    """Attributes that differ and that only a replacement nobody asked for can change."""
    waiting: list[AttributeDocument]
    """Attributes of a stopped guest that differ; they wait for its next start."""
    waiting_scripts: list[ScriptDocument]
    """Setup scripts that wait for the next start of a VM that was set up before and is left stopped."""
    keeps_work: bool
    """Whether its code directories are archived before it is destroyed."""
    restores_work: bool
    """Whether the code directories of the VM that it takes the place of are put into it, after setup."""
    notes: list[str]
    """What a reader should know and is no change."""


@with_config(CONFIG)
class StepDocument(TypedDict):
    """One step of the work."""

    id: str
    """Names the step in this plan."""
    address: Address
    """The VM it is for."""
    action: Literal[
        "guard",
        "clean",
        "create",
        "clone",
        "verify",
        "take-over",
        "take-template",
        "declare",
        "rename",
        "move-code",
        "unprotect",
        "stop",
        "edit",
        "egress",
        "start",
        "renew",
        "bootstrap",
        "setup",
        "seal",
        "protect",
        "delete",
        "backup",
        "restore",
    ]
    """What it does."""
    needs: list[str]
    """Ids of the steps that have to end well before."""
    argv: list[str]
    """limactl's arguments, its own name first; empty where limactl is not called."""
    script: str | None
    """Path of the setup script it runs, if any."""


@with_config(CONFIG)
class BelongingDocument(TypedDict):
    """A VM that another manifest made."""

    name: str
    """Name of the VM."""
    instance: Annotated[str, Field(examples=["dvm-app"])]
    """Name of its Lima instance."""
    manifest: str | None
    """That manifest, as a path without links; null: the receipt of an older DVM names none."""


@with_config(CONFIG)
class PlanDocument(TypedDict):
    """What `dvm plan --json` prints. Keys may be added in 1.x; none is renamed or taken away."""

    format_version: Literal["1.0"]
    """Version of this format."""
    dvm_version: str
    """Version of DVM."""
    limactl_version: str
    """Version of limactl; empty when offline."""
    timestamp: Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T12:00:00Z"])]
    """When the plan was made, in UTC."""
    manifest: ManifestDocument
    """The manifest."""
    applyable: bool
    """Whether there is something to do and neither an error nor a check blocks it."""
    errored: bool
    """Whether `diagnostics` has an error: the plan is not complete."""
    summary: SummaryDocument
    """Counts."""
    resource_changes: list[ResourceChangeDocument]
    """One item a VM, in order of name."""
    steps: list[StepDocument]
    """The work, in an order that respects `needs`."""
    checks: list[CheckDocument]
    """The findings of the security checks."""
    unmanaged: Annotated[list[str], Field(examples=[["dvm-mine"]])]
    """Instances named like a VM of DVM's that it has not made; never touched."""
    orphans: list[str]
    """Managed VMs that the manifest does not declare, `strays` among them."""
    ephemerals: list[str]
    """Throwaway VMs of `dvm run` that are there: no orphans, and destroyed only when named."""
    strays: list[BelongingDocument]
    """Orphans that another manifest made, which is gone: `--prune` destroys them only when they are named."""
    elsewhere: list[BelongingDocument]
    """VMs that belong to another manifest; never changed, stopped or destroyed by this one."""
    diagnostics: list[DiagnosticDocument]
    """Errors and warnings."""
