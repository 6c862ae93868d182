r"""What a setup script does in the simulator: what its comments tell it to. Without any it does nothing and
ends with 0.

In the order of their lines: `# sim: print TEXT` (with Python's escapes, such as
\x1b), `# sim: sleep SECONDS`, `# sim: exit N`, `# sim: fail N` (the command in the
next line ends with N), `# sim: fail-once N` (ends with N the first time that these
bytes are run), `# sim: touch NAME` (remembered in `guest.json`), `# sim: show NAME` (prints a companion file),
`# sim: flood LINES`, `# sim: disconnect` (ssh's own failure: 255, and the run is not recorded as ended).
"""

from __future__ import annotations

import os
import re
import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.simulator.guest.process import Process

_DIRECTIVE = re.compile(r"^\s*#\s*sim:\s*([\w-]+)\s?(.*)$", re.MULTILINE)
UNKNOWN = 64


class CallerGoneError(Exception):
    """Stdin ended while the script ran."""


def follow(process: Process, text: str, digest: str, files: Mapping[str, bytes]) -> int:
    """Do what the script's directives say and return its status.

    Raises:
        CallerGoneError: stdin ended, or the script cuts the connection.
    """
    for found in _DIRECTIVE.finditer(text):
        name, argument = found[1], found[2]
        match name:
            case "fail":
                process.answer("at", argument, "0", f"s:{text.count(chr(10), 0, found.start(1)) + 2}")
                return int(argument)
            case "exit":
                return int(argument)
            case "fail-once":
                if _first_time(process, digest):
                    return int(argument)
            case "show" if argument in files:
                process.say(files[argument].decode("utf-8", "surrogateescape"))
            case "disconnect":
                raise CallerGoneError
            case _ if name in _EFFECTS:
                _EFFECTS[name](process, argument)
            case _:
                process.say_error(f"the simulator knows no directive {name}")
                return UNKNOWN
    return 0


def _first_time(process: Process, digest: str) -> bool:
    with process.machine.remembering() as memory:
        first = digest not in memory["failed_once"]
        if first:
            memory["failed_once"].append(digest)
    return first


def _print(process: Process, text: str) -> None:
    process.say(_unescaped(text) + "\n")


def _flood(process: Process, lines: str) -> None:
    for number in range(int(lines)):
        process.say(f"line {number} of a flood that goes on and on\n")


def _touch(process: Process, name: str) -> None:
    with process.machine.remembering() as memory:
        memory["touched"].append(name.strip())


def _sleep(_process: Process, seconds: str) -> None:
    """Sleep, but wake when stdin ends. Bytes that come in are the script's own input and are dropped."""
    end = time.monotonic() + float(seconds)
    while (left := end - time.monotonic()) > 0:
        readable, _, _ = select.select([0], [], [], left)
        if readable and not os.read(0, 1 << 16):
            raise CallerGoneError


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


_EFFECTS = {"print": _print, "flood": _flood, "touch": _touch, "sleep": _sleep}
