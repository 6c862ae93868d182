"""The desired state: a VM as the manifest declares it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from dvm.model.base import Frozen
from dvm.model.names import NAME_PATTERN
from dvm.model.port import Port, parse_port
from dvm.model.units import GIB, format_duration, format_size, parse_duration, parse_size

DEFAULT_TEMPLATE = "template:fedora"
_TEMPLATE_NAME = re.compile(r"template:(?://)?[A-Za-z0-9_][A-Za-z0-9._/-]*")


class Isolation(StrEnum):
    """How a VM is kept apart: `strict` is Lima's plain mode, `standard` has the guest agent."""

    STRICT = "strict"
    STANDARD = "standard"


class Run(StrEnum):
    """When a setup script runs again."""

    ON_CHANGE = "on-change"
    ALWAYS = "always"
    ONCE = "once"


class RunAs(StrEnum):
    """Who a setup script runs as: Lima's login user (with sudo), root, or DVM_USER."""

    ADMIN = "admin"
    ROOT = "root"
    USER = "user"


def _size(value: object) -> object:
    if isinstance(value, str):
        return parse_size(value)
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f'a size needs a unit, as in "{value}GiB"')  # noqa: TRY004 - pydantic wants ValueError
    raise ValueError('a size is a string, as in "8GiB"')


def _duration(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('a duration is a string, as in "15m"')  # noqa: TRY004
    return parse_duration(value)


def _port(value: object) -> object:
    if isinstance(value, str):
        return parse_port(value)
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f'a port is a string, as in "{value}" or "{value}:{value}"')  # noqa: TRY004
    raise ValueError('a port is a string, as in "3000:80" or "5173"')


def _template(value: str) -> str:
    if value.startswith(("template:", "template://")):
        if _TEMPLATE_NAME.fullmatch(value) is None:
            raise ValueError('a Lima template is named as in "template:fedora"')
        return "template:" + value.removeprefix("template:").removeprefix("//")
    if value.startswith("http://"):
        raise ValueError("a template is fetched over https only")
    if value.startswith(("https://", "/", "./", "../", "~/")) or value.endswith((".yaml", ".yml")):
        return value
    raise ValueError(f'a template is "template:NAME", a path or an https URL; did you mean "template:{value}"?')


Size = Annotated[
    int,
    BeforeValidator(_size),
    PlainSerializer(format_size, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?\s*[KMGT]iB$", "examples": ["8GiB", "512MiB"]}),
]
Duration = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "examples": ["15m", "1h30m"]}),
]
PortText = Annotated[
    Port,
    BeforeValidator(_port),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,5}(:[0-9]{1,5})?$", "examples": ["3000:3000", "5173"]}),
]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, 64 hex digits in lower case.")]
VMName = Annotated[str, Field(pattern=NAME_PATTERN)]
UserName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]


class SetupEntry(Frozen):
    """A setup script and how it runs."""

    script: Annotated[str, Field(min_length=1)]
    """Path of the script, relative to the file that names it."""
    run: Run = Run.ON_CHANGE
    """When the script runs again after it has ended well."""
    as_: Annotated[RunAs, Field(alias="as")] = RunAs.ADMIN
    """Who the script runs as in the guest."""
    sha256: Digest | None = None
    """The script's SHA-256; another content is refused (DVM110)."""
    timeout: Duration = 3600
    """How long the script may run, in seconds once read; "1h" unless told."""


def _setup(value: object) -> object:
    return {"script": value} if isinstance(value, str) else value


SetupItem = Annotated[
    SetupEntry,
    BeforeValidator(_setup),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/SetupEntry"}]}),
]


class VM(Frozen):
    """A VM as the manifest declares it: the body of `[vm.NAME]`, defaults filled in. Sizes in bytes."""

    template: Annotated[str, Field(min_length=1), AfterValidator(_template)] = DEFAULT_TEMPLATE
    """Lima template: "template:NAME", a path, or an https URL together with template_sha256."""
    template_sha256: Digest | None = None
    """SHA-256 of a template that is a path or an https URL."""
    arch: Annotated[str, Field(pattern="^(x86_64|aarch64|armv7l|ppc64le|riscv64|s390x)$")] | None = None
    """Architecture of the guest; the host's unless told."""
    vm_type: Annotated[str, Field(pattern="^(qemu|vz|wsl2|krunkit)$")] | None = None
    """Lima's driver; Lima's choice unless told."""
    cpus: Annotated[int, Field(strict=True, ge=1, le=1024)] | None = None
    """Cores; the host's less one (up to 4 cores) or less two, at least two, unless told."""
    memory: Annotated[Size, Field(ge=256 << 20)] = 2 * GIB
    """Memory, as in "8GiB"."""
    disk: Annotated[Size, Field(ge=1 << 30)] = 30 * GIB
    """Size of the disk, as in "60GiB". It can grow; a smaller one means a new VM."""
    user: UserName = "developer"
    """DVM_USER, the user that owns the code in the guest."""
    sudo: Annotated[bool, Field(strict=True)] = False
    """Whether DVM_USER may use sudo; guest root reads everything in the guest."""
    subuid_count: Annotated[int, Field(strict=True, ge=0, le=1 << 24)] = 65536
    """How many subordinate user ids DVM_USER has (rootless containers need them)."""
    subgid_count: Annotated[int, Field(strict=True, ge=0, le=1 << 24)] = 65536
    """How many subordinate group ids DVM_USER has."""
    ports: tuple[PortText, ...] = ()
    """Ports as HOST:GUEST, on the host's 127.0.0.1."""
    auto_ports: Annotated[bool, Field(strict=True)] = False
    """Forward undeclared guest ports too, to 127.0.0.1; only with isolation "standard"."""
    isolation: Isolation = Isolation.STRICT
    """"strict" (plain mode, declared ports only) or "standard" (with Lima's guest agent)."""
    setup: tuple[SetupItem, ...] = ()
    """Setup scripts, in the order they run."""
    running: Annotated[bool, Field(strict=True)] = True
    """Whether the VM is to run; false: created and left stopped."""
    protect: Annotated[bool, Field(strict=True)] = False
    """Refuse to destroy or replace the VM."""
    depends_on: tuple[VMName, ...] = ()
    """VMs that must be up before this one."""
    proxy_env: Annotated[bool, Field(strict=True)] = False
    """Hand the host's proxy variables to the guest (they may hold a password)."""

    @model_validator(mode="after")
    def _belongs_together(self) -> VM:
        problems = dict(self._contradictions())
        if problems:
            # One error that names its keys; the manifest loader turns each into a diagnostic of its own.
            raise ContradictionError(problems)
        return self

    def _contradictions(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        if self.user == "root":
            found.append(("user", 'DVM_USER is a normal user; "root" owns the whole guest'))
        if self.auto_ports and self.isolation is Isolation.STRICT:
            found.append(("auto_ports", 'auto_ports needs isolation = "standard": strict forwards declared ports only'))
        if self.template.startswith("https://") and self.template_sha256 is None:
            found.append(("template", "a template from the network needs template_sha256 beside it"))
        if self.template_sha256 is not None and self.template.startswith("template:"):
            found.append(("template_sha256", "template_sha256 is for a path or an https URL; Lima's own come with Lima"))
        for key, values in (("ports", [port.host for port in self.ports]), ("setup", [e.script for e in self.setup])):
            twice = sorted({str(value) for value in values if values.count(value) > 1})
            if twice:
                what = "host port" if key == "ports" else "script"
                found.append((key, f"{what} {', '.join(twice)} is listed twice"))
        return found


class ContradictionError(ValueError):
    """Keys of one VM that do not go together: `problems` has the message for each key."""

    def __init__(self, problems: dict[str, Any]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems
