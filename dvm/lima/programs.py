"""The programs that limactl itself starts, as it will find them: whoever can change one runs code as you."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_QEMU = {"arm64": "aarch64", "amd64": "x86_64"}


def absolute_path(environment: Mapping[str, str]) -> str:
    """Return PATH without what is relative: a directory that was cloned may bring programs of these names."""
    return os.pathsep.join(part for part in environment.get("PATH", "").split(os.pathsep) if part.startswith("/"))


def helpers(environment: Mapping[str, str]) -> list[Path]:
    """Return the programs that limactl's calls of DVM may start and that are there: ssh, ssh-keygen, QEMU."""
    path = absolute_path(environment)
    found = (shutil.which(name, path=path) for name in _names(environment))
    return list(dict.fromkeys(Path(place) for place in found if place is not None and place.startswith("/")))


def qemu_of_this_host(environment: Mapping[str, str]) -> str:
    """Return the program that Lima emulates this host's kind of machine with: a name, or a path."""
    machine = platform.machine()
    kind = _QEMU.get(machine, machine)
    # Lima takes a command with arguments there.
    return next(iter(_split(environment.get(f"QEMU_SYSTEM_{kind.upper()}", ""))), f"qemu-system-{kind}")


def _names(environment: Mapping[str, str]) -> Iterator[str]:
    yield next(iter(_split(environment.get("SSH", ""))), "ssh")
    yield "ssh-keygen"
    yield "qemu-img"
    yield qemu_of_this_host(environment)


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # an open quote, at which limactl fails
        return []
