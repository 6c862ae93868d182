"""One call of a guest program, and the proof that it ran to its end.

A guest can answer anything: a login shell whose profile ends it, a `sudo` that prints and ends with 0. So each call
has a number of its own, chosen here. It goes to root's program in the guest on standard input alone, and comes back in
the last line of the answer. `Ending.proven` is the only way to an answer.
"""

from __future__ import annotations

import hashlib
import os
import re
from copy import copy
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.lima.guest_programs import PROGRAMS, name_of, text
from dvm.lima.streams import TooMuchError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.lima.guest_programs import GuestProgram
    from dvm.lima.process import Completed

_STATUS = r"([0-9]{1,3})"
_REMEDY = (
    "Look at what the login shell of Lima's user reads in the guest (/etc/profile, /etc/profile.d, ~/.profile, "
    "~/.bashrc): it must neither exit nor print. Look at the guest's sudo and bash too. If you can't explain it, do "
    "not trust this guest."
)


class UnprovenError(LimaError):
    """A guest program did not prove that it ran to its end."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The guest did not prove that dvm-{name} ran to its end: {why}.", remedy=_REMEDY)


class Proven(Struct, frozen=True):
    """What a guest program answered. Its `status` is root's word; the guest's word all the same."""

    lines: tuple[str, ...]
    status: int
    detail: str = ""


class GuestCall:
    """A call: `argv`, what goes in on standard input, and how its end is recognised. It can be made once.

    Args:
        argv: as dvm.lima.guest_calls and dvm.lima.sessions make it, whatever carries it into the guest.
        payload: follows the program's text on standard input.
    """

    def __init__(self, argv: Sequence[str], payload: bytes = b"") -> None:
        self.argv = tuple(argv)
        self.name = name_of(argv)
        self.challenge = os.urandom(16).hex()
        self._number = os.urandom(16).hex()
        self._payload = payload

    def carried_by(self, argv: Sequence[str]) -> GuestCall:
        """Return the same call, made by other arguments."""
        carried = copy(self)
        carried.argv = tuple(argv)
        return carried

    @property
    def program(self) -> GuestProgram:
        """What may be answered."""
        return PROGRAMS[self.name]

    @property
    def stdin(self) -> bytes:
        """What goes in on standard input: it belongs in no argument, no log and no environment."""
        digest = hashlib.sha256(self.challenge.encode()).hexdigest()
        head = (self._number, f"{self.challenge} {digest}", text(self.name))
        return b"".join(f"{part}\0".encode() for part in head) + self._payload

    def heard(self) -> Heard:
        """Return what takes the call's output while it runs."""
        return Heard(self, self._number)

    def git_names_challenge(self) -> str:
        """Return the name that git gives to the challenge: the SHA-1 of a blob."""
        return hashlib.sha1(f"blob {len(self.challenge)}\0{self.challenge}".encode(), usedforsecurity=False).hexdigest()


class Heard:
    """Takes what a running call says, so much and no more; it alone knows what the last line must be."""

    def __init__(self, call: GuestCall, number: str) -> None:
        self._call = call
        self._number = number
        self._answer = bytearray()
        self._noise = 0
        self._line = b""
        self._too_much = False

    def output(self, chunk: bytes) -> None:
        """Take a piece of standard output.

        Raises:
            TooMuchError: no such program answers so much.
        """
        self._keep(chunk)

    def errors(self, chunk: bytes) -> None:
        """Take a piece of standard error.

        Raises:
            TooMuchError: no such program says so much.
        """
        self._noise += len(chunk)
        limit = self._call.program.most_noise
        if limit is not None and self._noise > limit:
            self._too_much = True
            raise TooMuchError
        if self._call.program.on_errors:
            # Between errors, the answer is what has the number.
            *whole, self._line = (self._line + chunk).split(b"\n")
            for line in whole:
                if self._number.encode() in line:
                    self._keep(line + b"\n")

    def ended(self, completed: Completed) -> Ending:
        """Return how the call ended."""
        why = "it was ended after its time was over" if completed.timed_out else ""
        if self._too_much:
            why = "it says more than any such program does"
        return Ending(self._call, completed, self._read(completed.status, why), self._too_much)

    def _keep(self, chunk: bytes) -> None:
        if len(self._answer) + len(chunk) > self._call.program.most_bytes:
            self._too_much = True
            raise TooMuchError
        self._answer.extend(chunk)

    def _read(self, status: int, why: str) -> Proven | UnprovenError:
        call = self._call
        lines = self._answer.decode("utf-8", "replace").split("\n")
        detail = f" ({call.program.detail})" if call.program.detail else ""
        last = rf"dvm-{call.name} {self._number} {_STATUS}(?:{detail})?"
        match = re.fullmatch(last, lines[-2], re.ASCII) if len(lines) > 1 and not lines[-1] else None
        grammar = re.compile("|".join(call.program.lines) or r"(?!)", re.ASCII)
        before = lines[:-2] if match else [line for line in lines if line]
        unknown = next((line for line in before if not grammar.fullmatch(line)), None)
        if not why and unknown is not None:
            why = f"it answers {visible(unknown[:80])!r}, which DVM does not know"
        if not why and match is None:
            why = "its answer has no last line with this call's number" if any(lines) else "it answers nothing"
        if why or match is None:
            return UnprovenError(call.name, f"{why} (exit status {status})" if status > 0 else why)
        found = match[2] or "" if detail else ""
        if int(match[1]) != status:
            return UnprovenError(call.name, f"it ended with status {match[1]}, but the call with {status}")
        if status == 0 and call.program.detail and not found:
            return UnprovenError(call.name, "its last line lacks what it has to say")
        return Proven(tuple(lines[:-2]), status, found)


class Ending(Struct, frozen=True):
    """How a call of a guest program ended. What it answered can be had only with the proof.

    `too_much`: it was ended, since it said more than any such program does.
    """

    call: GuestCall
    completed: Completed
    _proof: Proven | UnprovenError
    too_much: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether the program ran to its end, well or not."""
        return isinstance(self._proof, Proven)

    def proven(self) -> Proven:
        """Return the answer.

        Raises:
            UnprovenError: the guest did not prove that the program ran to its end.
        """
        if isinstance(self._proof, UnprovenError):
            raise self._proof
        return self._proof
