"""Loaded by Python itself where this directory is on PYTHONPATH: kills the process at one of its own writes.

`DVM_TEST_KILL_AT`: the number of the write, from 1 on, before which it dies by SIGKILL; 0: it lives, and the number of
what they do goes to the file `DVM_TEST_WRITES` names, a letter each. A write is whatever writes into, links, renames or
removes a file under one of the directories in `DVM_TEST_PLACES`, logs and the note of the running call excepted. With
`DVM_TEST_KILL_HOW` "half" a write of bytes writes the first half of them.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

_PLACES = tuple(os.environ.get("DVM_TEST_PLACES", "").split(":"))
_AT = int(os.environ.get("DVM_TEST_KILL_AT", "-1"))
_LETTERS = {"os.rename": "r", "os.remove": "d", "os.link": "l"}
_seen: list[str] = []


def _ours(path: object) -> bool:
    if not isinstance(path, str | os.PathLike):
        return False
    text = os.fspath(path)
    return text.startswith(_PLACES) and ".log" not in text and not text.endswith("call.json")


def _note(letter: str) -> None:
    _seen.append(letter)
    if _AT == 0:
        # At once: not every process takes its leave.
        Path(os.environ["DVM_TEST_WRITES"]).write_text("".join(_seen))


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in _LETTERS and arguments and _ours(arguments[0]):
        _note(_LETTERS[event])
        if len(_seen) == _AT:
            os.kill(os.getpid(), signal.SIGKILL)


if _AT >= 0:
    # A write of bytes is no event, so it is wrapped: between an open and a rename lies what a kill leaves half done.
    _write = os.write

    def _killing_write(descriptor: int, data: Any) -> int:
        try:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        except OSError:
            path = ""
        if _ours(path):
            # A temporary file is nobody's before its rename: half of it is as good as nothing.
            _note("w" if path.endswith(".tmp") else "W")
            if len(_seen) == _AT:
                if "half" in os.environ.get("DVM_TEST_KILL_HOW", ""):
                    _write(descriptor, bytes(data)[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
        return _write(descriptor, data)

    os.write = _killing_write
    sys.addaudithook(_hook)
    if _AT == 0:
        Path(os.environ["DVM_TEST_WRITES"]).touch()
