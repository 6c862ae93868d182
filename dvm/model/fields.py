"""The types of the manifest's values: how files write them, and what is wrong with those that they are not.

Each has its JSON Schema as files have it, and `Expected`: what belongs there, in words for a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core.core_schema import no_info_wrap_validator_function

from dvm.egress.names import parse_rule
from dvm.model.names import NAME_PATTERN, NAME_RULE, is_name
from dvm.model.port import Port, parse_port
from dvm.model.reach import Reach, parse_reach
from dvm.model.template_name import parse_template
from dvm.model.units import format_duration, format_size, parse_duration, parse_size

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGEST = re.compile(r"[0-9a-f]{64}")
# Numbers with hundreds of digits overflow, and Python does not read those with thousands.
_LONGEST = 40
_LONGEST_REACH = 200
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_LONGEST_SETTING = 4096
# What Bash, the loader and glibc read for themselves, and what the runner of setup scripts sets.
_SHELL_NAMES = frozenset(
    {
        "CDPATH",
        "DIRSTACK",
        "ENV",
        "EPOCHREALTIME",
        "EPOCHSECONDS",
        "EUID",
        "EXECIGNORE",
        "FIGNORE",
        "FUNCNAME",
        "FUNCNEST",
        "GETCONF_DIR",
        "GLOBIGNORE",
        "GLOBSORT",
        "GROUPS",
        "HISTFILE",
        "HOME",
        "HOSTALIASES",
        "IFS",
        "INPUTRC",
        "LINENO",
        "LOCALDOMAIN",
        "LOCPATH",
        "LOGNAME",
        "NIS_PATH",
        "NLSPATH",
        "OLDPWD",
        "OPTERR",
        "OPTIND",
        "PATH",
        "PIPESTATUS",
        "POSIXLY_CORRECT",
        "PPID",
        "PROMPT_COMMAND",
        "PS0",
        "PS1",
        "PS2",
        "PS3",
        "PS4",
        "PWD",
        "RANDOM",
        "REPLY",
        "RESOLV_HOST_CONF",
        "SECONDS",
        "SHELL",
        "SHELLOPTS",
        "SHLVL",
        "SRANDOM",
        "TEXTDOMAIN",
        "TEXTDOMAINDIR",
        "TIMEFORMAT",
        "TMOUT",
        "TZDIR",
        "UID",
        "USER",
        "XDG_RUNTIME_DIR",
    }
)
_SHELL_PREFIXES = ("BASH", "DYLD_", "GCONV_", "GLIBC_", "LD_", "MALLOC_", "RES_", "SUDO_", "COMP_")


class Declared(BaseModel):
    """A table of a file that people write: immutable, and closed to keys that it does not have."""

    # What is in a message of pydantic's might be a secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True)
class Expected:
    """What a key takes, as the end of the sentence "expected …"; `item`: what an entry of its list is."""

    text: str
    item: str = ""


_LEAST_MIB = 256
_MOST_MIB = 1 << 20


def _size(value: object) -> object:
    if isinstance(value, str) and len(value) <= _LONGEST:
        return parse_size(value)
    if isinstance(value, int) and not isinstance(value, bool):
        # Small numbers are meant as GiB, larger ones as MiB: nobody has a VM of 4096 GiB.
        example = f"{value}GiB" if 0 < value < _LEAST_MIB else f"{value}MiB" if 0 < value < _MOST_MIB else "8GiB"
        raise ValueError(f'a size needs a unit, as in "{example}"')  # noqa: TRY004 - a mistake of the file's
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


def _egress(value: object, names: Callable[[object], tuple[str, ...]]) -> Egress:
    if value == "open" or value == "none":  # noqa: PLR1714 - keeps the type
        return value
    if isinstance(value, str):
        raise ValueError('expected "open", "none", or a list of names, as in ["git.example.com"]')  # noqa: TRY004
    return names(value) or "none"


def _reach(value: object) -> object:
    if isinstance(value, str) and len(value) <= _LONGEST_REACH:
        return parse_reach(value)
    raise ValueError('it is text such as "db:5432"')


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


def _variable(name: str) -> str:
    if _VARIABLE.fullmatch(name) is None:
        raise ValueError("a variable's name has capital letters, digits and _, and begins with a letter")
    if name.startswith("DVM_"):
        raise ValueError("DVM_* are DVM's own variables; take another name")
    if name in _SHELL_NAMES or name.startswith(_SHELL_PREFIXES):
        raise ValueError(f"{name} changes how Bash or a program is run, and not what a script does; take another name")
    return name


def _setting(value: str) -> str:
    if "\0" in value or len(value) > _LONGEST_SETTING:
        raise ValueError(f"a variable's value has no NUL, and at most {_LONGEST_SETTING} characters")
    return value


def _text(pattern: str, **more: object) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, **more}


HEX_DIGITS = Expected("a string of 64 hex digits")
Switch = Annotated[bool, Field(strict=True), Expected("true or false")]
# pydantic would take "2" for 2, and 1 for true.
Whole = Annotated[int, Field(strict=True)]
Size = Annotated[
    int,
    BeforeValidator(_size),
    PlainSerializer(format_size, return_type=str),
    WithJsonSchema(_text(r"^[0-9]+(\.[0-9]+)?\s*[KMGT]iB$", examples=["8GiB", "512MiB"])),
]
Duration = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(_text(r"^(?=[0-9])([0-9]+h)?([0-9]+m)?([0-9]+s)?$", examples=["15m", "1h30m"])),
    Expected('a duration, as in "15m"'),
]
PortText = Annotated[
    Port,
    BeforeValidator(_port),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(_text(r"^[0-9]{1,5}(:[0-9]{1,5})?$", examples=["3000:3000", "5173"])),
]
_NAME = r"^(\*\.)?[^\s/:@*\[\]]+(:[0-9]{1,5})?$"
EgressName = Annotated[
    str,
    AfterValidator(lambda text: str(parse_rule(text))),
    WithJsonSchema(_text(_NAME, examples=["git.example.com", "*.example.net"])),
]
Egress: TypeAlias = Literal["open", "none"] | tuple[str, ...]
"""What may leave a VM: everything, nothing, or what goes to these names; each as `parse_rule` writes it."""
EgressValue = Annotated[
    Egress,
    # A union of pydantic's would put its branches into the place of a mistake.
    GetPydanticSchema(
        lambda _source, handler: no_info_wrap_validator_function(_egress, handler(tuple[EgressName, ...]))
    ),
    PlainSerializer(lambda value: value if isinstance(value, str) else list(value)),
    WithJsonSchema(
        {"anyOf": [{"enum": ["open", "none"]}, {"type": "array", "items": {"type": "string", "pattern": _NAME}}]}
    ),
]
ReachText = Annotated[
    Reach,
    BeforeValidator(_reach),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(_text(r"^[a-z][a-z0-9-]*:[0-9]{1,5}$", examples=["db:5432"])),
]
Digest = Annotated[
    str,
    AfterValidator(_digest),
    WithJsonSchema(_text("^[0-9a-f]{64}$", description="SHA-256 in lower-case hex digits.")),
]
Environment = Annotated[
    dict[Annotated[str, AfterValidator(_variable)], Annotated[str, AfterValidator(_setting)]],
    Field(max_length=256),
    Expected('a table of variables, as in { NODE_VERSION = "22.11.0" }'),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^(?!DVM_)[A-Z][A-Z0-9_]{0,63}$"},
            "additionalProperties": {"type": "string"},
        }
    ),
]
VMName = Annotated[str, AfterValidator(_vm_name), WithJsonSchema(_text(NAME_PATTERN))]
BaseName = Annotated[
    str,
    Field(min_length=1),
    WithJsonSchema(_text(NAME_PATTERN)),
]
UserName = Annotated[
    str,
    AfterValidator(_user),
    WithJsonSchema(_text(r"^[a-z_][a-z0-9_-]{0,31}$")),
    Expected('a user name, as in "developer"'),
]
TemplateName = Annotated[
    str, Field(min_length=1), AfterValidator(parse_template), Expected('a string, as in "template:fedora"')
]
Arch: TypeAlias = Literal["x86_64", "aarch64", "armv7l", "ppc64le", "riscv64", "s390x"]
VMType: TypeAlias = Literal["qemu", "vz", "wsl2", "krunkit"]
