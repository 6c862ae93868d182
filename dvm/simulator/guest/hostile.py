"""A guest that is not what it should be, by `guest-hostile.json` in the instance's directory:

- `"profile": "exit"`: the login shell ends at once, with 0. `"profile": "print"`: it prints first.
- `"replaced": {"sudo": HOW}`: a program of this guest is another one. HOW: `nothing` (ends with 0), `print` (fixed
  text), `replay` (what the last honest call of the same program answered), `echo` (its standard input).
- `"cut": N`: only the first N bytes of an answer come out. `"endless": true`: an answer has no end.
  `"stuck": true`: a program never ends.

While the file is there, even if it holds `{}`, honest answers are kept in `guest-answers.json`, for a replay.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from dvm.simulator.guest.process import write_all, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.guest.process import Process

HOSTILE = "guest-hostile.json"
ANSWERS = "guest-answers.json"
FIXED = 'Welcome to this guest\n{"a":\n'
_FOR_EVER = 1e6


class Hostile:
    """What is wrong with a guest; nothing where there is no such file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._is_staged = (directory / HOSTILE).exists()
        self._facts: dict[str, Any] = {}
        if self._is_staged:
            self._facts = json.loads((directory / HOSTILE).read_text(encoding="utf-8"))

    def replaces(self, program: str) -> bool:
        """Return whether that program of the guest is another one."""
        return program in self._facts.get("replaced", {})

    def login(self) -> bool:
        """Play the login shell's profile and return whether the shell goes on."""
        profile: str = self._facts.get("profile", "")
        if profile == "print":
            write_all(1, FIXED)
        return profile != "exit"

    def play(self, process: Process, argv: list[str]) -> int:
        """Play the program that took another one's place; it ends with 0."""
        match self._facts["replaced"][argv[0].rpartition("/")[2]]:
            case "print":
                write_all(1, FIXED)
            case "replay":
                name = next((word for word in argv if word.startswith("dvm-") and word in self._kept()), "")
                write_all(1, self._kept().get(name, ""))
            case "echo":
                for _ in range(3):
                    write_bytes(1, (process.read_record() or "").encode() + b"\n")
            case _:
                pass
        return 0

    def wait(self, process: Process) -> None:
        """Do what comes before an answer that never comes."""
        if self._facts.get("stuck"):
            time.sleep(_FOR_EVER)
        while self._facts.get("endless"):
            write_all(1, "work\tfiles\t/home/developer/code/a\t\t1 file in no git repository\n")
            process.say_error("and more of it")

    def answer(self, program: str, whole: str) -> str:
        """Return what of an answer comes out."""
        if self._is_staged and "cut" not in self._facts:
            (self._directory / ANSWERS).write_text(json.dumps({**self._kept(), program: whole}), encoding="utf-8")
        return whole[: self._facts.get("cut", len(whole))]

    def _kept(self) -> dict[str, str]:
        try:
            kept: dict[str, str] = json.loads((self._directory / ANSWERS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return kept
