"""The shape of the events of `dvm apply --json`, one JSON object a line. For type checkers and schema.py."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, with_config
from typing_extensions import TypedDict

from dvm.views.documents import CONFIG, Address, CheckDocument, DiagnosticDocument, ScriptDocument

Seconds = Annotated[float, Field(ge=0)]
Timestamp = Annotated[
    str,
    Field(
        description="When, in UTC.",
        json_schema_extra={"format": "date-time"},
        examples=["2026-01-31T12:00:00.125Z"],
    ),
]

# Functional, for `@` in the names, which are those of Terraform's machine-readable interface.
_Event = TypedDict(
    "_Event",
    {
        "@level": Annotated[Literal["info", "warn", "error"], Field(description="How much it weighs.")],
        "@message": Annotated[str, Field(description="The event in words, safe to print.")],
        "@timestamp": Timestamp,
    },
)


@with_config(CONFIG)
class ResourceDocument(TypedDict):
    """The VM an event is about."""

    address: Address
    """Address of the VM."""
    name: str
    """Name of the VM."""
    instance: Annotated[str, Field(examples=["dvm-app"])]
    """Name of its Lima instance."""


@with_config(CONFIG)
class HookDocument(TypedDict):
    """The step an event is about."""

    resource: ResourceDocument
    """The VM."""
    step: Annotated[str, Field(examples=["vm.app/start"])]
    """Id of the step in the plan."""
    action: Annotated[str, Field(examples=["create", "start", "setup"])]
    """What the step does; the same words as in the plan."""
    script: str | None
    """Path of the setup script it runs, if any."""


@with_config(CONFIG)
class VersionEvent(_Event):
    """The first event: who speaks, and in which format."""

    type: Literal["version"]
    """Type of the event."""
    dvm: str
    """Version of DVM."""
    limactl: str
    """Version of limactl; empty where it is not known."""
    ui: Literal["1.0"]
    """Version of this format. Types and keys may be added in 1.x."""


@with_config(CONFIG)
class LogEvent(_Event):
    """Something to know that has no type of its own, e.g. a step that will not run."""

    type: Literal["log"]
    """Type of the event."""
    address: str | None
    """The VM it is about, if any."""
    step: str | None
    """The step it is about, if any."""


@with_config(CONFIG)
class DiagnosticEvent(_Event):
    """An error, a warning, or a finding of a security check."""

    type: Literal["diagnostic"]
    """Type of the event."""
    diagnostic: DiagnosticDocument
    """What, why and where."""
    check: CheckDocument | None
    """The finding, where a security check speaks."""


@with_config(CONFIG)
class PlannedChangeDocument(TypedDict):
    """What is about to happen to a VM."""

    resource: ResourceDocument
    """The VM."""
    actions: list[str]
    """As in the plan."""
    reason: str
    """As `action_reason` in the plan."""
    restart: bool
    """Whether the VM is stopped and started again."""
    scripts: list[ScriptDocument]
    """Setup scripts that run, in order."""


@with_config(CONFIG)
class PlannedChangeEvent(_Event):
    """One for each VM that changes."""

    type: Literal["planned_change"]
    """Type of the event."""
    change: PlannedChangeDocument
    """What happens to it."""


@with_config(CONFIG)
class CountsDocument(TypedDict):
    """Counts, planned or done."""

    operation: Literal["plan", "apply"]
    """`plan`: what is to be done; `apply`: what was done."""
    add: int
    """VMs created; when done, those of a replacement too."""
    change: int
    """VMs updated in place."""
    replace: int
    """VMs replaced: destroyed, then created; 0 when done, where both sides are counted."""
    destroy: int
    """VMs destroyed; when done, those of a replacement too."""
    setup: int
    """Setup scripts run."""


@with_config(CONFIG)
class ChangeSummaryEvent(_Event):
    """After the planned changes, and once more at the end."""

    type: Literal["change_summary"]
    """Type of the event."""
    changes: CountsDocument
    """The counts."""
    complete: bool
    """At the end: whether every step ended well. In a plan: true."""


@with_config(CONFIG)
class ApplyStartEvent(_Event):
    """A step begins."""

    type: Literal["apply_start"]
    """Type of the event."""
    hook: HookDocument
    """The step."""


@with_config(CONFIG)
class ApplyProgressEvent(_Event):
    """A step goes on."""

    type: Literal["apply_progress"]
    """Type of the event."""
    hook: HookDocument
    """The step."""
    elapsed_seconds: Seconds
    """How long it has run."""
    line: str
    """The last line of its output, escapes made visible."""


@with_config(CONFIG)
class ApplyOutputEvent(_Event):
    """A setup script printed a line; only with --stream."""

    type: Literal["apply_output"]
    """Type of the event."""
    hook: HookDocument
    """The step."""
    line: str
    """The line, escapes made visible and known secrets taken out."""


@with_config(CONFIG)
class ApplyCompleteEvent(_Event):
    """A step ended well."""

    type: Literal["apply_complete"]
    """Type of the event."""
    hook: HookDocument
    """The step."""
    elapsed_seconds: Seconds
    """How long it took."""


@with_config(CONFIG)
class WhereDocument(TypedDict):
    """The statement of a setup script that failed, by the guest's word."""

    path: str
    """Path of the script, or of its companion file, as the manifest's directory has it."""
    line: int
    """Its first line, from 1."""
    text: str
    """The statement on one line, cut, without secrets."""
    caller: str | None
    """PATH:LINE in the script that called it, where it is in a function or another file."""


@with_config(CONFIG)
class ApplyErroredEvent(_Event):
    """A step failed; a `diagnostic` says why."""

    type: Literal["apply_errored"]
    """Type of the event."""
    hook: HookDocument
    """The step."""
    elapsed_seconds: Seconds
    """How long it took."""
    exit_status: int | None
    """Exit status of limactl or of the script, if it came to that."""
    log: str | None
    """Path of the log with its output, if it has any."""
    tail: list[str]
    """The log's last lines, escapes made visible."""
    refused: bool
    """Whether a security check stopped it."""
    where: WhereDocument | None
    """The statement that failed, where it is a setup script's and known."""


Event: TypeAlias = Annotated[
    VersionEvent
    | LogEvent
    | DiagnosticEvent
    | PlannedChangeEvent
    | ChangeSummaryEvent
    | ApplyStartEvent
    | ApplyProgressEvent
    | ApplyOutputEvent
    | ApplyCompleteEvent
    | ApplyErroredEvent,
    Field(discriminator="type"),
]
