"""How a guest program proves its end: a random number of the caller's comes in on standard input, and comes back in the
last line of the answer.

Standard input has the number, a challenge with its SHA-256, and the program's text, each with a NUL after it, and then
what the program takes. The answer is `FIELD<TAB>FIELD…` lines and a last one, `NAME NUMBER STATUS [DETAIL]`, on
standard output (`dvm-pack` and `dvm-archive`, whose output is data: on standard error).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dvm.simulator.guest.process import write_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.simulator.guest.process import Process

NO_PROOF = 97
_TRIED = {
    "dvm-seal",
    "dvm-renew",
    "dvm-bootstrap",
    "dvm-setup",
    "dvm-guard",
    "dvm-verify",
    "dvm-archive",
    "dvm-restore",
}
_TOOLS = ("cat", "sh", "sha256sum", "wc", "find", "readlink")
# Besides, those that deal in archives try tar.
_TRY_TAR = {"dvm-archive", "dvm-restore"}
# These say how they ended also where they did not end well.
_ALWAYS = {"dvm-journal", "dvm-setup", "dvm-pack", "dvm-unpack", "dvm-archive", "dvm-restore"}
_ON_ERRORS = {"dvm-pack", "dvm-archive"}


def is_loader(text: str) -> bool:
    """Return whether a text for bash takes a program from standard input."""
    return text.count('read -r -d ""') > 1


def run_proving(process: Process, name: str, script: Callable[[Process, list[str]], int]) -> int:
    """Play the script's part, and prove its end."""
    records = [process.read_record() for _ in range(3)]
    if any(record is None for record in records):
        return NO_PROOF
    number, challenge, _text = (str(record) for record in records)
    process.challenge = challenge.split(" ")[0]
    process.output = 2
    hostile = process.machine.hostile
    if name in _TRIED and (
        broken := next(
            (tool for tool in (*_TOOLS, *(["tar"] if name in _TRY_TAR else [])) if hostile.replaces(tool)), None
        )
    ):
        process.say_error(f"dvm: the {broken} of this guest does not work")
        return 1
    hostile.wait(process)
    status = script(process, process.positional)
    if process.vanished or (status and name not in _ALWAYS):
        return status
    last = " ".join(word for word in (name, number, str(status), process.detail) if word)
    whole = "".join(f"{line}\n" for line in (*process.answers, last))
    write_all(2 if name in _ON_ERRORS else 1, hostile.answer(name, whole))
    return status


def blob_name(challenge: str) -> str:
    """Return what git calls the challenge."""
    data = challenge.encode()
    return hashlib.sha1(b"blob %d\0%s" % (len(data), data), usedforsecurity=False).hexdigest()
