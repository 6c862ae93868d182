"""The programs that limactl itself starts, and the directories beside it that it runs and reads files of.

A user who can change one runs code as you. Sources: Lima 2.2, every exec.Command and exec.LookPath of `limactl`;
pkg/usrlocal and pkg/registry for the directories.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.errors import RefusedError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_QEMU = {"arm64": "aarch64", "amd64": "x86_64"}
_QEMU_KINDS = ("aarch64", "arm", "ppc64", "riscv64", "s390x", "x86_64")
QEMU_VARIABLES = tuple(f"QEMU_SYSTEM_{kind.upper()}" for kind in _QEMU_KINDS)
"""One for each architecture that Lima emulates."""
PROGRAM_VARIABLES = ("SSH", *QEMU_VARIABLES)
"""Each names a program that limactl starts."""

_STARTED = (
    # A limactl that is a script of one's own starts the real one.
    "limactl",
    # Also where SSH names another: the host agent starts the one on PATH for forwards and checks.
    "ssh",
    "ssh-keygen",
    "scp",
    "rsync",
    "qemu-img",
    "swtpm",
    "virtiofsd",
    "krunkit",
    # It unpacks images with these.
    "gzip",
    "bzip2",
    "xz",
    "zstd",
    "xorrisofs",
    "genisoimage",
    "mkisofs",
    # It asks the system with these.
    "sysctl",
    "systemctl",
    "launchctl",
    "sw_vers",
    "system_profiler",
    "codesign",
    "diskutil",
    "hdiutil",
)
_BESIDE = (("share", "lima"), ("libexec", "lima"), ("lib", "lima"))


def absolute_path(environment: Mapping[str, str]) -> str:
    """Return PATH without what is relative: a directory that was cloned may bring programs of these names."""
    return os.pathsep.join(part for part in environment.get("PATH", "").split(os.pathsep) if part.startswith("/"))


def named_program(variable: str, environment: Mapping[str, str]) -> str | None:
    """Return the program that SSH or QEMU_SYSTEM_… names, as an absolute path; None: it is not set.

    Lima splits the value as a shell would, and starts the first word with all the others as arguments: `-A` would
    forward an agent, `-drive` hand a host file to the guest. So it is one program's path, or a name on PATH.

    Raises:
        RefusedError: it is anything else.
    """
    value = environment.get(variable, "")
    if not value.strip():
        return None
    # A path with blanks in it, as somebody writes it who does not think of the splitting.
    if value.startswith("/") and _is_program(value):
        return value
    try:
        words = shlex.split(value)
    except ValueError:
        words = []
    if len(words) != 1:
        raise _no_program(variable, value, "it is not one program's path: DVM passes no arguments on to limactl")
    if words[0].startswith("/"):
        if not _is_program(words[0]):
            raise _no_program(variable, value, "there is no such program")
        return words[0]
    if "/" in words[0]:
        raise _no_program(variable, value, "the path is relative, and would name another program in each directory")
    found = shutil.which(words[0], path=absolute_path(environment))
    if found is None:
        raise _no_program(variable, value, "there is no program of that name in a directory on PATH that DVM trusts")
    return found


def _is_program(path: str) -> bool:
    return Path(path).is_file() and os.access(path, os.X_OK)


def _no_program(variable: str, value: str, why: str) -> RefusedError:
    return RefusedError(
        f"${variable} can't be used: {why}.",
        detail=f"It is: {visible(value)[:200]}",
        remedy=(
            f"Unset {variable}, or set it to the absolute path of a program. Where that needs arguments, name a script "
            "of your own that adds them."
        ),
    )


def helpers(environment: Mapping[str, str]) -> list[Path]:
    """Return the programs that limactl may start and that are there, as it finds them.

    Raises:
        RefusedError: SSH or QEMU_SYSTEM_… names no single program.
    """
    named = [named_program(variable, environment) for variable in PROGRAM_VARIABLES]
    return list(dict.fromkeys([*(Path(place) for place in named if place), *find(_names(environment), environment)]))


def find(names: Iterable[str], environment: Mapping[str, str]) -> list[Path]:
    """Return the first program of each name on PATH, of those that are there."""
    path = absolute_path(environment)
    return [Path(place) for place in (shutil.which(name, path=path) for name in names) if place is not None]


def missing_helpers(environment: Mapping[str, str]) -> list[str]:
    """Return the names of programs that limactl may start and that are not on PATH."""
    path = absolute_path(environment)
    return [name for name in _names(environment) if shutil.which(name, path=path) is None]


def directories_beside(limactl: Path) -> list[Path]:
    """Return the directories, there or not, in which limactl looks for templates, guest agents, drivers and plug-ins.

    It looks beside the place it was started from and beside the place that this links to.
    """
    prefixes = dict.fromkeys(place.parent.parent for place in (limactl, limactl.resolve()))
    return [prefix.joinpath(*parts) for prefix in prefixes for parts in _BESIDE]


def ssh_program(environment: Mapping[str, str]) -> Path | None:
    """Return the ssh that DVM and limactl start: the program that `SSH` names, else the first on PATH; or None.

    Raises:
        RefusedError: SSH names no single program.
    """
    named = named_program("SSH", environment) if environment.get("SSH") else None
    return Path(named) if named else next(iter(find(["ssh"], environment)), None)


def qemu_of_this_host(environment: Mapping[str, str]) -> str:
    """Return the program that Lima emulates this host's kind of machine with: a name, or a path.

    Raises:
        RefusedError: the variable names no single program.
    """
    machine = platform.machine()
    kind = _QEMU.get(machine, machine)
    return named_program(f"QEMU_SYSTEM_{kind.upper()}", environment) or f"qemu-system-{kind}"


def _names(environment: Mapping[str, str]) -> Iterator[str]:
    named = {variable: named_program(variable, environment) for variable in PROGRAM_VARIABLES}
    yield from _STARTED
    for kind, variable in zip(_QEMU_KINDS, QEMU_VARIABLES, strict=True):
        if named[variable] is None:
            yield f"qemu-system-{kind}"
