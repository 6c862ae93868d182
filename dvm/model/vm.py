"""The desired state: a VM as the manifest declares it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from dvm.model.choices import Isolation, Run, RunAs
from dvm.model.contradictions import ContradictionError, contradictions
from dvm.model.evidence import MAX_COMPANIONS
from dvm.model.fields import (
    HEX_DIGITS,
    Arch,
    BaseName,
    Declared,
    Digest,
    Duration,
    EgressName,
    EgressValue,
    Environment,
    Expected,
    PortText,
    ReachText,
    Size,
    Switch,
    TemplateName,
    UserName,
    VMName,
    VMType,
    Whole,
)
from dvm.model.template_name import DEFAULT_TEMPLATE
from dvm.model.units import GIB

AS_FAR_AS_IT_GOES = {"contradictions": "noted by the reader"}
"""The context in which a VM is validated whose keys may not go together."""

_SHA256_EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class SetupEntry(Declared):
    """A setup script and how it runs."""

    model_config = ConfigDict(serialize_by_alias=True)

    script: Annotated[str, Field(min_length=1), Expected("the path of a script")] = Field(
        description="Path of the script, relative to the file that names it.", examples=["setup/base.sh"]
    )
    run: Annotated[Run, Expected('"on-change", "always" or "once"')] = Field(
        Run.ON_CHANGE, description="When the script runs again after it has ended well."
    )
    as_: Annotated[RunAs, Expected('"admin", "root" or "user"')] = Field(
        RunAs.ADMIN, alias="as", description="Who the script runs as in the guest."
    )
    sha256: Annotated[Digest | None, HEX_DIGITS] = Field(
        None, description="The script's SHA-256; another content is refused (DVM110).", examples=[_SHA256_EXAMPLE]
    )
    env: Environment = Field(
        {},
        description="Variables for this script alone, over the VM's. No secrets: DVM401 refuses them.",
        examples=[{"CHANNEL": "lts"}],
    )
    files: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        Expected('a list of files, as in ["setup/files/npmrc"]', item="the path of a file"),
    ] = Field(
        (),
        max_length=MAX_COMPANIONS,
        description=(
            "Companion files of the script, relative to the file that names them. The script finds each by its name in "
            "$DVM_FILES while it runs. A script whose files changed runs again."
        ),
        examples=[["setup/files/npmrc"]],
    )
    timeout: Duration = Field(
        3600, description='How long the script may run, as in "15m". Default: "1h".', examples=["15m"]
    )


def _setup(value: object) -> object:
    if value == "":
        raise ValueError("expected the path of a script")
    return {"script": value} if isinstance(value, str) else value


SetupItem = Annotated[
    SetupEntry, BeforeValidator(_setup, json_schema_input_type=Annotated[str, Field(min_length=1)] | SetupEntry)
]


class VM(Declared):
    """A VM as the manifest declares it: the body of `[vm.NAME]`. Once read, the defaults are filled in and
    sizes are in bytes, durations in seconds.
    """

    base: Annotated[BaseName | None, Expected('the name of a base, as in "node"')] = Field(
        None,
        description="The base whose keys this one has where it does not say otherwise; its setup scripts run first.",
        examples=["node"],
    )
    template: TemplateName = Field(
        DEFAULT_TEMPLATE,
        description='Lima template: "template:NAME", a path, or an https URL together with template_sha256.',
        examples=["template:fedora", "~/templates/debian.yaml", "https://example.org/debian.yaml"],
    )
    template_sha256: Annotated[Digest | None, HEX_DIGITS] = Field(
        None, description="SHA-256 of a template that is a path or an https URL.", examples=[_SHA256_EXAMPLE]
    )
    arch: Annotated[Arch | None, Expected('an architecture, as in "aarch64"')] = Field(
        None, description="Architecture of the guest. Default: the host's.", examples=["aarch64"]
    )
    vm_type: Annotated[VMType | None, Expected('one of Lima\'s drivers, as in "vz"')] = Field(
        None, description="Lima's driver. Default: Lima's choice.", examples=["vz"]
    )
    cpus: Annotated[Annotated[Whole, Field(ge=1, le=1024)] | None, Expected("a whole number from 1 to 1024")] = Field(
        None,
        description="Cores. Default: the host's less one (up to 4 cores) or less two, at least two.",
        examples=[4],
    )
    memory: Annotated[Size, Field(ge=256 << 20), Expected('a size of at least 256MiB, as in "8GiB"')] = Field(
        2 * GIB, description='Memory, as in "8GiB".', examples=["8GiB"]
    )
    # QEMU's format of disks ends a little above that.
    disk: Annotated[Size, Field(ge=1 << 30, le=1 << 50), Expected('a size from 1GiB to 1024TiB, as in "60GiB"')] = (
        Field(
            30 * GIB,
            description='Size of the disk, as in "60GiB". It can grow; a smaller one means a new VM.',
            examples=["60GiB"],
        )
    )
    user: UserName = Field(
        "developer", description="DVM_USER, the user that owns the code in the guest.", examples=["developer"]
    )
    sudo: Switch = Field(
        default=False, description="Whether DVM_USER may use sudo; guest root reads everything in the guest."
    )
    subuid_count: Annotated[Whole, Field(ge=0, le=1 << 24), Expected("a whole number from 0 to 16777216")] = Field(
        65536,
        description="How many subordinate user ids DVM_USER has (rootless containers need them).",
        examples=[65536],
    )
    subgid_count: Annotated[Whole, Field(ge=0, le=1 << 24), Expected("a whole number from 0 to 16777216")] = Field(
        65536, description="How many subordinate group ids DVM_USER has.", examples=[65536]
    )
    ports: Annotated[tuple[PortText, ...], Expected('a list of ports, as in ["3000:80", "5173"]')] = Field(
        (), description="Ports as HOST:GUEST, on the host's 127.0.0.1.", examples=[["3000:3000", "5173"]]
    )
    auto_ports: Switch = Field(
        default=False,
        description='Forward undeclared guest ports too, to 127.0.0.1; only with isolation "standard".',
    )
    isolation: Annotated[Isolation, Expected('"strict" or "standard"')] = Field(
        Isolation.STRICT,
        description='"strict" (plain mode, declared ports only) or "standard" (with Lima\'s guest agent).',
    )
    egress: Annotated[
        EgressValue,
        Expected(
            '"open", "none", or a list of names, as in ["git.example.com"]',
            item='a name, as in "git.example.com" or "*.example.net:8443"',
        ),
    ] = Field(
        "open",
        description='What may leave the VM: "open" (all), "none", or what goes to these names: hosts or "*.domain", '
        "each with an optional port (443 and 80 without). No addresses.",
        examples=[["git.example.com", "*.example.net", "packages.example.org:8443"]],
    )
    setup_egress: Annotated[
        tuple[EgressName, ...],
        Expected(
            'a list of names, as in ["mirror.example.org"]',
            item='a name, as in "git.example.com" or "*.example.net:8443"',
        ),
    ] = Field(
        (),
        description="Further names, only while the first boot and setup scripts run. Without effect where egress is "
        '"open".',
        examples=[["mirror.example.org"]],
    )
    host_loopback: Switch = Field(
        default=False,
        description='Whether the guest may reach services on the host\'s 127.0.0.1; only with egress "open".',
    )
    reach: Annotated[
        tuple[ReachText, ...],
        Expected('a list of ports of other VMs, as in ["db:5432"]', item='VM:PORT, as in "db:5432"'),
    ] = Field(
        (),
        description="Declared guest ports of other VMs, each in depends_on, that this one may reach.",
        examples=[["db:5432"]],
    )
    env: Environment = Field(
        {},
        description="Variables for the setup scripts, shown in the plan. A script whose variables changed runs again.",
        examples=[{"NODE_VERSION": "22.11.0"}],
    )
    setup: Annotated[
        tuple[SetupItem, ...],
        Expected(
            'a list of scripts, as in ["setup/base.sh"]',
            item='the path of a script, or a table as in { script = "setup/base.sh", as = "root" }',
        ),
    ] = Field(
        (),
        description="Setup scripts, in the order they run.",
        examples=[["setup/base.sh", {"script": "setup/node.sh", "as": "user", "timeout": "15m"}]],
    )
    running: Switch = Field(default=True, description="Whether the VM is to run; false: created and left stopped.")
    protect: Switch = Field(default=False, description="Refuse to destroy or replace the VM.")
    depends_on: Annotated[tuple[VMName, ...], Expected('a list of VMs, as in ["db"]', item="the name of a VM")] = Field(
        (), description="VMs that must be up before this one.", examples=[["db"]]
    )
    proxy_env: Switch = Field(
        default=False, description="Hand the host's proxy variables to the guest (they may hold a password)."
    )

    @model_validator(mode="after")
    def _goes_together(self, info: ValidationInfo) -> VM:
        # The reader notes each at its own place, beside all other mistakes.
        found = () if info.context is AS_FAR_AS_IT_GOES else tuple(contradictions(self))
        if found:
            raise ContradictionError(found)
        return self


class Base(VM):
    """A base as the manifest declares it: the body of `[base.NAME]`, with what it inherits. A VM's keys that a base
    does not have keep their defaults.
    """

    image: Switch = Field(
        default=True,
        description="Whether the base is built once, and VMs are cloned from it; false: its scripts run in each VM.",
    )
