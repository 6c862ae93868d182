"""A process in the simulated guest: who it is, where it is, and its three streams."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dvm.simulator.guest.machine import Machine

    Program = Callable[["Process", list[str]], int]

NOT_FOUND = 127


class Process:
    """What each guest program gets. Streams are the descriptors of `limactl shell` itself, unbuffered."""

    def __init__(self, machine: Machine, programs: Mapping[str, Program]) -> None:
        self.machine = machine
        self.programs = programs
        self.user = ""
        self.home = "/"
        self.cwd = "/"
        self.env: dict[str, str] = {}
        self.positional: list[str] = []
        self.signal = 0
        """The number of the signal that ended it, if one did."""
        self.output = 1
        """The descriptor of what it prints."""
        self.answers: list[str] = []
        """The lines of its answer, before the last one."""
        self.detail = ""
        """What the last line of its answer says besides."""
        self.challenge = ""
        self.vanished = False
        """The connection was cut: nothing comes back."""
        self.become(str(machine.login.get("name", "lima")))

    def run(self, argv: list[str]) -> int:
        """Run a program by its name, `/bin/` or `/usr/bin/` in front or not, and return its exit status.

        One that is not known is not found: bash's message and status 127.
        """
        name = argv[0].removeprefix("/usr").removeprefix("/bin/")
        if self.machine.hostile.replaces(name):
            return self.machine.hostile.play(self, [name, *argv[1:]])
        program = self.programs.get(name)
        if program is None:
            self.say_error(f"/bin/bash: line 1: {argv[0]}: command not found")
            return NOT_FOUND
        return program(self, argv[1:])

    def become(self, user: str) -> None:
        """Be that user from now on, with the environment of a fresh login."""
        self.user = user
        self.home = self.machine.user_home(user)
        self.env = {
            "HOME": self.home,
            "LOGNAME": user,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "SHELL": "/bin/bash",
            "USER": user,
        }

    def say(self, text: str) -> None:
        """Print to stdout, or to where a program that proves its end prints, as given."""
        write_all(self.output, text)

    def answer(self, *fields: str) -> None:
        """Answer with a line."""
        self.answers.append("\t".join(fields))

    def say_error(self, line: str) -> None:
        """Print a line to stderr."""
        write_all(2, line + "\n")

    def read(self, size: int) -> bytes:
        """Return exactly `size` bytes of stdin, fewer where it ends before."""
        parts = []
        while size > 0 and (part := os.read(0, min(size, 1 << 16))):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def read_record(self) -> str | None:
        """Return what comes before the next NUL of stdin; None where there is none."""
        parts: list[bytes] = []
        while part := os.read(0, 1):
            if part == b"\0":
                return b"".join(parts).decode()
            parts.append(part)
        return None

    def read_all(self) -> bytes:
        """Return what stdin has until its end."""
        parts = []
        while part := os.read(0, 1 << 16):
            parts.append(part)
        return b"".join(parts)


def write_all(descriptor: int, text: str) -> None:
    """Write the text, all of it, to the descriptor."""
    write_bytes(descriptor, text.encode("utf-8", "surrogateescape"))


def write_bytes(descriptor: int, data: bytes) -> None:
    """Write the bytes, all of them, to the descriptor."""
    while data:
        data = data[os.write(descriptor, data) :]
