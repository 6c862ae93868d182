"""The desired state: a VM as the manifest declares it."""

from __future__ import annotations

import posixpath
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from msgspec import Meta, field

from dvm.model.names import NAME_PATTERN, is_name
from dvm.model.port import Port, parse_port
from dvm.model.table import Table, Written
from dvm.model.units import GIB, format_duration, format_size, parse_duration, parse_size
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys, and indexes into lists from 0."""

DEFAULT_TEMPLATE = "template:fedora"
_TEMPLATE_NAME = re.compile(r"template:(?://)?[A-Za-z0-9_][A-Za-z0-9._/-]*")
_TEMPLATE_PATH = ("/", "./", "../", "~/")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Numbers with hundreds of digits overflow, and with thousands Python does not read them.
_LONGEST = 40
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


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
    if isinstance(value, str) and len(value) <= _LONGEST:
        return parse_size(value)
    if isinstance(value, int) and not isinstance(value, bool):
        example = value if 0 < value < 1 << 16 else 8
        raise ValueError(f'a size needs a unit, as in "{example}GiB"')  # noqa: TRY004 - a mistake of the file's
    raise ValueError('a size is text such as "8GiB"')


def _duration(value: object) -> object:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError('a duration is text such as "15m"')
    return parse_duration(value)


def _port(value: object) -> object:
    if isinstance(value, str) and len(value) <= _LONGEST:
        return parse_port(value)
    if isinstance(value, int) and not isinstance(value, bool):
        example = value if 0 < value < 1 << 16 else 5173
        raise ValueError(f'a port is text such as "{example}" or "{example}:{example}"')  # noqa: TRY004
    raise ValueError('a port is text such as "3000:80" or "5173"')


def parse_template(value: str) -> str:
    """Return a template as Lima names it.

    Raises:
        ValueError: it is none; the message has no value that might be a secret.
    """
    if value.startswith("template:"):
        if _TEMPLATE_NAME.fullmatch(value) is None:
            raise ValueError('a Lima template is named as in "template:fedora"')
        return "template:" + value.removeprefix("template:").removeprefix("//")
    if value.startswith("http://"):
        raise ValueError("a template is fetched over https only")
    if value.startswith("https://") or is_template_path(value):
        return value
    # Only what looks like a distribution's name is repeated: a secret that ended up here must not be.
    example = value if re.fullmatch(r"[a-z][a-z0-9.-]{0,24}", value) else "fedora"
    raise ValueError(f'a template is "template:NAME", a path or an https URL, as in "template:{example}"')


def is_template_path(template: str) -> bool:
    """Tell whether a template is a file of the host's."""
    return template.startswith(_TEMPLATE_PATH) or (
        template.endswith((".yaml", ".yml")) and not template.startswith(("template:", "https:"))
    )


def _digest(value: str) -> str:
    if _DIGEST.fullmatch(value) is None:
        raise ValueError("a SHA-256 is 64 hex digits in lower case")
    return value


def _user(value: str) -> str:
    if _USER.fullmatch(value) is None:
        raise ValueError("a user name has up to 32 lower-case letters, digits, - and _, and begins with a letter or _")
    return value


def _vm_name(value: str) -> str:
    if not is_name(value):
        raise ValueError(NAME_RULE)
    return value


NAME_RULE = "a VM's name has lower-case letters and digits, begins with a letter, and may have single hyphens inside"


def _text(pattern: str, **more: object) -> dict[str, object]:
    return {"type": "string", "pattern": pattern, **more}


_SIZE = _text(r"^[0-9]+(\.[0-9]+)?\s*[KMGT]iB$", examples=["8GiB", "512MiB"])
_DURATION = _text(r"^(?=[0-9])([0-9]+h)?([0-9]+m)?([0-9]+s)?$", examples=["15m", "1h30m"])
_PORT = _text(r"^[0-9]{1,5}(:[0-9]{1,5})?$", examples=["3000:3000", "5173"])
_SHA256 = _text("^[0-9a-f]{64}$", description="SHA-256 in lower-case hex digits.")

Size = Annotated[int, Written(_size, write=format_size, schema=_SIZE)]
Duration = Annotated[int, Written(_duration, write=format_duration, schema=_DURATION)]
PortText = Annotated[Port, Written(_port, write=str, schema=_PORT)]
Digest = Annotated[str, Written(_digest, only_text=True, schema=_SHA256)]
VMName = Annotated[str, Written(_vm_name, only_text=True, schema=_text(NAME_PATTERN))]
UserName = Annotated[str, Written(_user, only_text=True, schema=_text(r"^[a-z_][a-z0-9_-]{0,31}$"))]
Arch: TypeAlias = Literal["x86_64", "aarch64", "armv7l", "ppc64le", "riscv64", "s390x"]
VMType: TypeAlias = Literal["qemu", "vz", "wsl2", "krunkit"]


class SetupEntry(Table, frozen=True):
    """A setup script and how it runs."""

    script: Annotated[str, Meta(min_length=1, examples=["setup/base.sh"])]
    """Path of the script, relative to the file that names it."""
    run: Run = Run.ON_CHANGE
    """When the script runs again after it has ended well."""
    as_: RunAs = field(default=RunAs.ADMIN, name="as")
    """Who the script runs as in the guest."""
    sha256: Digest | None = None
    """The script's SHA-256; another content is refused (DVM110)."""
    timeout: Duration = 3600
    """How long the script may run, as in "15m"; "1h" unless told."""


def _setup(value: object) -> object:
    if value == "":
        raise ValueError("expected the path of a script")
    return {"script": value} if isinstance(value, str) else value


SetupItem = Annotated[SetupEntry, Written(_setup, or_else=Annotated[str, Meta(min_length=1)])]


class VM(Table, frozen=True):
    """A VM as the manifest declares it: the body of `[vm.NAME]`. Once read, the defaults are filled in and
    sizes are in bytes, durations in seconds.
    """

    template: Annotated[
        str, Meta(min_length=1, examples=[DEFAULT_TEMPLATE]), Written(parse_template, only_text=True)
    ] = DEFAULT_TEMPLATE
    """Lima template: "template:NAME", a path, or an https URL together with template_sha256."""
    template_sha256: Digest | None = None
    """SHA-256 of a template that is a path or an https URL."""
    arch: Arch | None = None
    """Architecture of the guest; the host's unless told."""
    vm_type: VMType | None = None
    """Lima's driver; Lima's choice unless told."""
    cpus: Annotated[int, Meta(ge=1, le=1024)] | None = None
    """Cores; the host's less one (up to 4 cores) or less two, at least two, unless told."""
    memory: Annotated[Size, Meta(ge=256 << 20)] = 2 * GIB
    """Memory, as in "8GiB"."""
    disk: Annotated[Size, Meta(ge=1 << 30)] = 30 * GIB
    """Size of the disk, as in "60GiB". It can grow; a smaller one means a new VM."""
    user: UserName = "developer"
    """DVM_USER, the user that owns the code in the guest."""
    sudo: bool = False
    """Whether DVM_USER may use sudo; guest root reads everything in the guest."""
    subuid_count: Annotated[int, Meta(ge=0, le=1 << 24)] = 65536
    """How many subordinate user ids DVM_USER has (rootless containers need them)."""
    subgid_count: Annotated[int, Meta(ge=0, le=1 << 24)] = 65536
    """How many subordinate group ids DVM_USER has."""
    ports: tuple[PortText, ...] = ()
    """Ports as HOST:GUEST, on the host's 127.0.0.1."""
    auto_ports: bool = False
    """Forward undeclared guest ports too, to 127.0.0.1; only with isolation "standard"."""
    isolation: Isolation = Isolation.STRICT
    """"strict" (plain mode, declared ports only) or "standard" (with Lima's guest agent)."""
    setup: tuple[SetupItem, ...] = ()
    """Setup scripts, in the order they run."""
    running: bool = True
    """Whether the VM is to run; false: created and left stopped."""
    protect: bool = False
    """Refuse to destroy or replace the VM."""
    depends_on: tuple[VMName, ...] = ()
    """VMs that must be up before this one."""
    proxy_env: bool = False
    """Hand the host's proxy variables to the guest (they may hold a password)."""

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        found = contradictions(
            {
                "user": self.user,
                "auto_ports": self.auto_ports,
                "isolation": self.isolation,
                "template": self.template,
                "template_sha256": self.template_sha256,
                "ports": [str(port) for port in self.ports],
                "setup": [entry.script for entry in self.setup],
            }
        )
        if found:
            raise ContradictionError(found)


class ContradictionError(ValueError):
    """Keys of one VM that do not go together: `found` has the place and the message of each."""

    def __init__(self, found: list[tuple[KeyPath, str]]) -> None:
        super().__init__("; ".join(message for _, message in found))
        self.found = found


def contradictions(values: Mapping[str, Any]) -> list[tuple[KeyPath, str]]:
    """Return what does not go together in the body of a VM, defaults merged in, as TOML has it.

    Values of a wrong type are passed over, so this also works on a VM that has other mistakes.
    """
    found: list[tuple[KeyPath, str]] = []
    if values.get("user") == "root":
        found.append((("user",), 'DVM_USER is a normal user; "root" owns the whole guest'))
    if values.get("auto_ports") is True and values.get("isolation", "strict") == "strict":
        message = 'auto_ports needs isolation = "standard": strict forwards declared ports only'
        found.append((("auto_ports",), message))
    template, digest = values.get("template", DEFAULT_TEMPLATE), values.get("template_sha256")
    if isinstance(template, str):
        if template.startswith("https://") and digest is None:
            found.append((("template",), "a template from the network needs template_sha256 beside it"))
        if template.startswith("template:") and digest is not None:
            message = "template_sha256 is for a path or an https URL; Lima's own templates come with Lima"
            found.append((("template_sha256",), message))
    for key, seen_as in (("ports", host_ports), ("setup", script_paths)):
        seen: set[str] = set()
        for index, text in seen_as(values.get(key)):
            if text in seen:
                what = f"host port {text}" if key == "ports" else f'the script "{visible(text)}"'
                found.append(((key, index), f"{what} is listed twice"))
            seen.add(text)
    return found


def host_ports(ports: object) -> list[tuple[int, str]]:
    """Return index and host port of every entry of `ports`, as TOML has it, that is a port."""
    found: list[tuple[int, str]] = []
    for index, text in enumerate(ports if isinstance(ports, list) else ()):
        try:
            found.append((index, str(parse_port(text).host)))
        except (AttributeError, ValueError):
            continue
    return found


def script_paths(setup: object) -> list[tuple[int, str]]:
    """Return index and normalised path of every entry of `setup`, as TOML has it, that names a script."""
    found: list[tuple[int, str]] = []
    for index, entry in enumerate(setup if isinstance(setup, list) else ()):
        path = entry.get("script") if isinstance(entry, dict) else entry
        if isinstance(path, str) and path:
            found.append((index, posixpath.normpath(path)))
    return found
