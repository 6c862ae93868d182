"""The programs DVM runs in a guest: their texts (dvm/lima/guest/*.sh), and what each of them may answer."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = re.compile(r"dvm-([a-z]+)")
_COMMENT = re.compile(r"^[ \t]*#.*\n", re.MULTILINE)
# The program comes in on standard input, behind what only this call knows: none of it is in an argument, where every
# user of the guest could read it. Lima lets /bin/bash of an Alpine guest without Bash be BusyBox's shell.
LOADER = """\
if [ -z "${BASH_VERSION-}" ]; then
  echo "dvm: the bash of this guest is not GNU Bash, which DVM needs; install it there" >&2
  exit 97
fi
IFS= read -r -d "" dvm_number && IFS= read -r -d "" dvm_challenge && IFS= read -r -d "" dvm_program || exit 97
eval "$dvm_program"
"""


class GuestProgram(Struct, frozen=True):
    """What a guest program may answer: `lines` before the last one, and a `detail` in the last one, as patterns.

    `most_bytes` of answer are taken, and `most_noise` bytes of what it prints besides (None: any number, as they go to
    a log that is bounded itself). `on_errors`: its standard output is data, so that it answers on standard error.
    """

    lines: tuple[str, ...] = ()
    detail: str = ""
    most_bytes: int = 4 << 10
    most_noise: int | None = 1 << 20
    on_errors: bool = False


_IDENTITY = r"identity\t[\w.-]{1,64}\t[0-9a-f]{64}"
# What two programs share, and others have no use for.
_SHARED = {
    "seal": "identity", "renew": "identity", "bootstrap": "network", "setup": "held", "pack": "held", "unpack": "held",
}  # fmt: skip
_FIELD = r"\t[^\t]*"
_PROBE = "(?:mounts|file|forwarded|variables|loopback|outside|names|sudo|groups|engines|ports|listener)"
_WHO = "(?:root|user|subordinate)"
PROGRAMS = {
    "bootstrap": GuestProgram(lines=(r"firewall\t(?:off|nft|iptables|none)\t[^\t]*",)),
    "setup": GuestProgram(
        lines=(r"at\t[0-9]{1,3}\t[0-9]{1,3}(?:\t(?:s|o|f[0-9]{1,3}):[0-9]{1,7}){1,16}",),
        most_bytes=1 << 20,
        most_noise=None,
    ),
    "outcome": GuestProgram(lines=(r"ended\t[0-9]{1,3}", "unknown")),
    "guard": GuestProgram(
        lines=(
            rf"git{_FIELD}",
            "git-unused",
            rf"work\t(?:uncommitted|unpushed|stashed|files){_FIELD}{_FIELD}{_FIELD}",
        ),
        most_bytes=1 << 20,
    ),
    "key": GuestProgram(lines=(r"key\tssh-ed25519 [A-Za-z0-9+/]{60,80}={0,2}(?: [\w.@+-]{1,100})?",)),
    "move": GuestProgram(),
    "seal": GuestProgram(lines=(_IDENTITY,)),
    "renew": GuestProgram(lines=(_IDENTITY,)),
    "pack": GuestProgram(detail="[0-9a-f]{64}", on_errors=True),
    "unpack": GuestProgram(),
    "journal": GuestProgram(most_noise=32 << 20),
    "work": GuestProgram(
        lines=(
            rf"repository{_FIELD}{_FIELD}{_FIELD}\t[0-9]{{0,9}}\t[0-9]{{0,9}}\t[0-9]{{1,9}}\t[0-9]{{1,9}}",
            "no-git",
        ),
        most_bytes=1 << 20,
    ),
    "verify": GuestProgram(
        lines=(
            rf"seen\t{_PROBE}\t{_WHO}{_FIELD}",
            rf"end\t{_PROBE}\t{_WHO}",
        ),
        most_bytes=1 << 20,
    ),
    "archive": GuestProgram(detail="[0-9]{1,18} [0-9a-f]{64}", on_errors=True),
    "restore": GuestProgram(lines=(rf"file{_FIELD}", r"there\t[0-9]{1,9}"), most_bytes=256 << 10),
}
"""The programs that prove their end; a program that is not here can't be called as one that does."""
_BECOMING = frozenset({"enter", "git"})
"""Those of the others that become DVM_USER."""


@cache
def text(name: str) -> str:
    """Return the text of guest program `name`: what it is begun with in front of it, and no comments.

    Bash reads it byte by byte, which counts where the guest is emulated.
    """
    parts = [name]
    if name in PROGRAMS:
        parts = ["answer", "become", *([_SHARED[name]] if name in _SHARED else []), name]
    elif name in _BECOMING:
        parts = ["become", "held", "visitor", name]
    place = Path(__file__).parent / "guest"
    program = _COMMENT.sub("", "".join((place / f"{part}.sh").read_text(encoding="utf-8") for part in parts))
    if name == "bootstrap":
        # A program of its own, which bootstrap puts into the guest: for setup scripts to fetch what has a checksum.
        fetch = (place / "dvm-fetch").read_text(encoding="utf-8")
        return f"dvm_fetch={shlex.quote(_COMMENT.sub('', fetch).strip())}\n{program}"
    return program


def name_of(argv: Sequence[str]) -> str:
    """Return the name of the proving program that a call runs.

    Raises:
        ValueError: it runs none.
    """
    match = _NAME.fullmatch(argv[argv.index(LOADER) + 1]) if LOADER in argv[:-1] else None
    if match is None or match[1] not in PROGRAMS:
        raise ValueError(f"no guest program that proves its end: {argv}")
    return match[1]
