"""Notes what a session's checks have just read, for dvm.cli.guest.reentry: what stays the same needs no second look.

Only of a VM whose checks depend on nothing else: its egress is open, it runs in a process of this host that can be told
from any other (Linux), and everything has been as it is for a minute. Nothing is noted of content: each file's
identity, size and the times of its last changes, which no user can set back. The short way is one on this host alone,
so it looks at files below LIMA_HOME itself.
"""

# Paths are text here, as the kernel takes them.
# ruff: noqa: PTH115, PTH120

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import dvm
from dvm.cli.guest.reentry import ABSENT, FILE, header, seen, state_place
from dvm.errors import DvmError
from dvm.files import write_atomically
from dvm.lima.environment import PASSED
from dvm.lima.programs import directories_beside, find, helpers
from dvm.manifest.paths import VM_DIRECTORY, VM_FILE, manifest_path, vm_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.cli.guest.entrance import Entrance
    from dvm.cli.host import Host

SETTLED_SECONDS = 60.0
"""How long everything must have been as it is: a change that comes with the look itself is not missed."""
_MOST_ENTRIES = 5_000
# What a running VM writes to, and no check reads.
_WRITTEN = (".log", ".img", "disk")
_ACCOUNTS = ("/etc/passwd", "/etc/group", "/etc/localtime")


class _Unsettled(Exception):  # noqa: N818 - no error: there is nothing to note yet
    pass


def note_entry(host: Host, entrance: Entrance, argv: Sequence[str], socket: Path, remote: str) -> None:
    """Note the way into a guest through the shared connection at `socket`.

    `argv`: ssh's words but for the guest's line, which is `remote` and the session's arguments.
    """
    with suppress(_Unsettled, OSError, DvmError, ValueError):
        lines = [f"{kind}\t{what}\t{said}" for kind, what, said in _witnesses(host, entrance)]
        # Its times change with each session; who may put another socket there counts.
        lines += [f"place\t{place}\t{seen('place', place)}" for _, place in _way(str(socket.parent))]
        lines += [f"fact\t{name}\t{value}" for name, value in _facts(host, entrance, argv, socket, remote)]
        text = "\n".join([header(), *lines, "end"])
        if text.count("\n") == len(lines) + 1 and all(line.count("\t") == 2 for line in lines):  # noqa: PLR2004
            write_atomically(host.state.of_vm(entrance.guest.vm) / FILE, text.encode("utf-8", "surrogateescape"))


def may_be_noted(host: Host, entrance: Entrance) -> bool:
    """Whether the checks of this VM's sessions depend on nothing but what is noted."""
    instance = entrance.verified.instance
    allowed = instance.receipt.allowed if instance.receipt is not None else None
    return (
        sys.platform == "linux"
        and state_place() == str(host.state.path)
        and allowed is not None
        and allowed.egress == "open"
        and instance.egress is not None
        and instance.egress.policy is None
        and not instance.egress.problem
        and not host.environment.get("LIMA_TEMPLATES_PATH")
        and not host.warned
        and not host.lima_log_level
        and dict(os.environ) == host.environment
    )


def _witnesses(host: Host, entrance: Entrance) -> Iterator[tuple[str, str, str]]:
    instance = entrance.verified.instance
    for kind in ("environment", "user", "boot"):
        yield kind, "", seen(kind, "")
    if not instance.driver_pid or seen("process", str(instance.driver_pid)) == ABSENT:
        raise _Unsettled
    for process in (instance.agent_pid, instance.driver_pid):
        yield "process", str(process), seen("process", str(process))
    oldest = (host.begun - SETTLED_SECONDS) * 1e9
    noted: set[tuple[str, str]] = set()
    for path in _read(host, entrance):
        for kind, place in _way(path):
            if (kind, place) in noted:
                continue
            noted.add((kind, place))
            said = seen(kind, place)
            if kind == "file" and said != ABSENT and max(map(int, said.split()[-2:])) > oldest:
                raise _Unsettled
            yield kind, place, said
            if len(noted) > _MOST_ENTRIES:
                raise _Unsettled


def _read(host: Host, entrance: Entrance) -> Iterator[str]:
    """Yield each path that the look and the checks read, or that limactl reads: a directory where names count."""
    environment = host.safe_environment
    yield from (part for part in host.environment.get("PATH", "").split(os.pathsep) if part.startswith("/"))
    limactls = list(dict.fromkeys((host.limactl, *find(["limactl"], environment))))
    programs = [*limactls, *helpers(environment), Path(sys.executable)]
    yield from map(str, programs)
    for limactl in limactls:
        for directory in directories_beside(limactl):
            yield from _below(str(directory))
    # DVM itself.
    yield from _below(str(Path(dvm.__file__).parent))
    manifest = manifest_path(None, host.environment)
    yield from (str(manifest), str(manifest.parent / VM_DIRECTORY))
    with suppress(FileNotFoundError):
        yield from (str(manifest.parent / VM_DIRECTORY / name / VM_FILE) for name in vm_names(manifest))
    receipt = entrance.verified.instance.receipt
    if receipt is not None and receipt.manifest is not None:
        yield receipt.manifest
    home = str(host.lima_home)
    yield from (f"{home}/_templates", *_below(f"{home}/_config"))
    for place in _below(str(entrance.verified.instance.dir)):
        if not place.endswith(_WRITTEN):
            yield place
    if entrance.verified.instance.identity is not None:
        yield str(entrance.verified.instance.identity)
    yield from _ACCOUNTS


def _below(top: str) -> Iterator[str]:
    """Yield a directory and all below it, less what Python compiled."""
    yield top
    for directory, directories, files in os.walk(top):
        directories[:] = sorted(name for name in directories if name != "__pycache__")
        yield from (f"{directory}/{name}" for name in directories)
        yield from (f"{directory}/{name}" for name in sorted(files))


def _way(path: str) -> Iterator[tuple[str, str]]:
    """Yield all that is on the way to a path and after its links, and how it counts.

    Of a directory on the way it counts which one it is and who may write to it; of the last one, and of each link, the
    times too.
    """
    if "//" in path or not path.startswith("/"):
        # The kernel follows a link before it takes "..", and abspath does not.
        raise _Unsettled
    place, ahead, links = "/", path.strip("/").split("/"), 0
    yield "place", "/"
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            place = os.path.dirname(place)
            continue
        if part in {"", "."}:
            continue
        place = f"{place.rstrip('/')}/{part}"
        link = _target(place)
        if link is not None:
            links += 1
            if links > 40:  # noqa: PLR2004 - as the kernel has it
                raise _Unsettled
            yield "file", place
            place = "/" if link.startswith("/") else os.path.dirname(place)
            ahead = [*link.strip("/").split("/"), *ahead]
            continue
        # A socket or a pipe changes its times as it is used.
        yield ("file" if not ahead else "place"), place


def _target(place: str) -> str | None:
    try:
        return os.readlink(place)
    except OSError:
        return None


def _facts(host: Host, entrance: Entrance, argv: Sequence[str], socket: Path, remote: str) -> Iterator[tuple[str, str]]:
    guest, runner = entrance.guest, entrance.connection.runner
    yield "ssh", str(runner.executable)
    yield "socket", str(socket)
    yield "directory", str(runner.directory)
    yield "journal", str(host.state.journal)
    yield "user", guest.user
    yield "code directory", guest.code_dir
    for kind in ("command", "shell"):
        event = f'"event": "session", "vm": "{guest.vm}", "instance": "{guest.instance}", "kind": "{kind}"}}'
        yield "event", event
    yield from (("word", word) for word in (str(runner.executable), *argv[1:]))
    yield "remote", remote
    # Values of the environment are in no file; what DVM sets itself is no secret.
    changed = {name: value for name, value in runner.environment.items() if host.environment.get(name) != value}
    yield from (("passed", name) for name in sorted(PASSED - changed.keys()))
    yield from (("set", f"{name}={value}") for name, value in changed.items())
