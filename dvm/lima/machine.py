"""The machine that Lima is on: its processes, its ports and LIMA_HOME. Nothing else looks at a process of Lima's.

What DVM looks at of its own stays elsewhere: it is on this host also where Lima is not (dvm.state.inflight: a limactl
that outlived its DVM; dvm.lima.ssh.place: sessions of other DVMs; dvm.cli.guest.reentry, which imports nothing).

psutil is imported late: most commands never need it.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from dvm.text import visible

if TYPE_CHECKING:
    from dvm.lima.home import Home

LOOPBACK = frozenset({"127.0.0.1", "0.0.0.0"})  # noqa: S104 - compared with, not bound
"""Either address is reached at 127.0.0.1."""
HIGHEST_PID = 1 << 22
"""No system gives out a higher one; the simulator's are."""
# In /proc/PID/stat, counted from what follows the program's name in brackets: starttime, field 22 in proc(5).
_START_FIELD = 19


class Process(Struct, frozen=True):
    """A process at one moment: its id, its command line, when it began (seconds since the epoch)."""

    pid: int
    words: tuple[str, ...]
    began: float


class Socket(Struct, frozen=True):
    """An internet socket of a process: `tcp` or `udp`, where it is bound, and whether it takes what others send."""

    kind: str
    address: str
    port: int
    listens: bool
    connected: bool


class Machine(Struct, frozen=True):
    """This host. Of its processes it shows this user's; one that nobody has waited for has ended."""

    home: Home

    def memory(self) -> int:
        """Return the machine's memory in bytes."""
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def process(self, pid: int) -> Process | None:
        """Return a process; None: there is none."""
        import psutil

        # OverflowError: a number larger than any process id.
        with suppress(psutil.Error, OSError, OverflowError):
            process = psutil.Process(pid)
            with process.oneshot():
                if process.uids().effective != os.geteuid() or process.status() == psutil.STATUS_ZOMBIE:
                    return None
                return Process(pid, tuple(process.cmdline()), process.create_time())
        return None

    def words(self, pid: int) -> tuple[str, ...]:
        """Return the command line of a process; empty: it can't be seen."""
        try:
            # Most commands need this look and nothing else of psutil.
            with Path(f"/proc/{pid}/cmdline").open("rb") as file:
                if os.fstat(file.fileno()).st_uid != os.geteuid():
                    return ()
                return tuple(map(os.fsdecode, file.read().split(b"\0")[:-1]))
        except OSError:
            process = self.process(pid)
            return () if process is None else process.words

    def began(self, pid: int) -> str | None:
        """Return a word on when a process began that no other process of this number has; None: there is none."""
        return process_began(pid)

    def called(self, name: str) -> tuple[tuple[int, str], ...]:
        """Return the processes of a program by its name: the number and the title of each."""
        import psutil

        found: list[tuple[int, str]] = []
        for process in psutil.process_iter(["name", "uids"]):
            if process.info["name"] != name or process.info["uids"] is None:
                continue
            if process.info["uids"].effective != os.geteuid():
                continue
            with suppress(psutil.Error, OSError):
                found.append((process.pid, " ".join(process.cmdline())))
        return tuple(found)

    def sockets(self, pid: int, kind: Literal["inet", "tcp4"] = "inet") -> tuple[Socket, ...] | None:
        """Return the sockets of a process: none where it has ended, None where they can't be seen."""
        import psutil

        try:
            connections = psutil.Process(pid).net_connections(kind=kind)
        except psutil.NoSuchProcess:
            return ()
        except (psutil.Error, OSError):
            return None
        return tuple(
            Socket(
                "udp" if each.type.name == "SOCK_DGRAM" else "tcp",
                each.laddr.ip,
                each.laddr.port,
                each.status == psutil.CONN_LISTEN,
                bool(each.raddr),
            )
            for each in connections
            # One that is not bound yet has none.
            if bool(each.laddr)
        )

    def listening(self, pid: int) -> frozenset[int]:
        """Return the TCP ports on which a process listens at 127.0.0.1; empty where it has ended."""
        sockets = self.sockets(pid, "tcp4") or ()
        return frozenset(each.port for each in sockets if each.listens and each.address in LOOPBACK)

    def why_taken(self, port: int) -> str:
        """Return why this user can't listen on 127.0.0.1:`port`; empty where that is possible."""
        import socket

        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As ssh does: what an ended connection left waiting is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                # A second bind succeeds beside one that does not listen; a second listener never does.
                probe.listen(1)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return f"is taken by {_listener(port)}"
                if error.errno in (errno.EACCES, errno.EPERM):
                    return "is one that your user may not listen on"
                return f"can't be used: {error.strerror}"
        return ""


def process_began(pid: int) -> str | None:
    """Return a word on when a process of this host began, which no other one of its number has; None: there is none."""
    host_boot = _host_boot()
    if not host_boot:
        # No Linux.
        import psutil

        try:
            return str(psutil.Process(pid).create_time())
        except psutil.Error:
            return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return f"{host_boot} {int(fields[_START_FIELD])}"
    except (OSError, ValueError, IndexError):
        return None


def _listener(port: int) -> str:
    """Return which process listens on 127.0.0.1:`port`, for people: its name and id where they can be seen."""
    import psutil

    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections(kind="tcp4"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or not connection.pid:
                continue
            if connection.laddr.port == port and connection.laddr.ip in LOOPBACK:
                process = psutil.Process(connection.pid)
                return (
                    f"process {connection.pid} ({visible(' '.join(process.cmdline()).strip() or process.name())[:120]})"
                )
    return "another process"


def _host_boot() -> str:
    """Return what is another word at each boot of this host: Linux counts a process's start from there."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
