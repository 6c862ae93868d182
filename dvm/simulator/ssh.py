"""The executable `dvm-sim-ssh`: a stand-in for ssh into the simulated guests, for what DVM uses of it.

It knows a guest by its port and reads the same files as `dvm-sim-limactl`. What it has of ssh: `-F FILE -o NAME=VALUE
-M -N -f -t -T -O check|exit HOST [COMMAND...]`, host keys in a file of known hosts, Lima's key and user, ssh's
own messages and its status 255. Nothing is encrypted, and no network is used.

A guest's host key is another one at each boot, as with cloud-init. A test stages one by a file `guest-host-key` in
the instance's directory. Root signs in with a key that dvm-admit lets in at that moment, and never where a test stages
a file `guest-no-root`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.simulator.faults import find_fault
from dvm.simulator.guest.machine import Machine
from dvm.simulator.guest.process import Process
from dvm.simulator.guest.programs import PROGRAMS
from dvm.simulator.home import Home
from dvm.simulator.instance import Instance, NoInstanceError
from dvm.simulator.log import Refused, Reporter
from dvm.simulator.record import record
from dvm.simulator.ssh_master import ask, serve
from dvm.simulator.timing import take_time

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 255
HOST_KEY_FILE = "guest-host-key"
NO_ROOT_FILE = "guest-no-root"
_TAKE_A_VALUE = frozenset("FoOpliSEeLRDJW")
_CHANGED = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Host key for {alias} has changed and you have requested strict checking.
Host key verification failed."""
_UNKNOWN = """\
No ED25519 host key is known for {alias} and you have requested strict checking.
Host key verification failed."""


class _Failure(Exception):  # noqa: N818 - ssh ends so
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Line:
    """A command line of ssh: its flags, its options by their names in lower case, the host, and the command."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.flags: set[str] = set()
        self.options: dict[str, str] = {}
        self.control = ""
        words = list(argv)
        while words and words[0].startswith("-") and len(words[0]) > 1:
            self._take(words)
        if not words:
            raise _Failure("usage: ssh [options] destination [command [argument ...]]")
        self.host, *command = words
        self.command = " ".join(command)

    def _take(self, words: list[str]) -> None:
        word = words.pop(0)
        letter, rest = word[1], word[2:]
        if letter not in _TAKE_A_VALUE:
            self.flags |= set(word[1:])
            return
        value = rest or (words.pop(0) if words else "")
        if letter == "O":
            self.control = value
        elif letter == "o":
            name, _, text = value.partition("=")
            # The first value counts.
            self.options.setdefault(name.lower(), text)

    def path(self, name: str) -> Path:
        """Return the path that an option names."""
        value = self.options.get(name, "")
        return Path((shlex.split(value) or [""])[0].replace("%%", "%"))


def main() -> None:
    """Answer one call and exit as ssh would."""
    argv = sys.argv[1:]
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    record("ssh", ["ssh", *argv])
    try:
        code = find_fault(["ssh", *argv]).around(lambda: _run(Line(argv)))
    except (_Failure, Refused) as failure:
        sys.stdout.flush()
        os.write(2, f"{failure.message}\r\n".encode())
        code = FAILED
    except KeyboardInterrupt:
        code = FAILED
    sys.stdout.flush()
    os._exit(code) if code < 0 else sys.exit(code)


def _run(line: Line) -> int:
    socket = line.path("controlpath")
    if line.control in {"check", "exit"}:
        return _control(line.control, socket)
    instance = _instance(line)
    shared = "M" not in line.flags and socket.name and socket.exists()
    try:
        if shared:
            _connect(socket)
    except _Failure as failure:
        os.write(2, f"{failure.message}\r\n".encode())
        shared = False
    if not shared:
        _authenticate(line, instance)
    if "M" not in line.flags:
        return _session(instance, line)
    if socket.exists():
        os.write(2, f"ControlSocket {socket} already exists, disabling multiplexing\r\n".encode())
        return 0
    serve(socket, instance)
    return 0


def _control(command: str, socket: Path) -> int:
    answer = _connect(socket, command)
    os.write(2, f"Master running (pid={answer})\r\n".encode() if command == "check" else b"Exit request sent.\r\n")
    return 0


def _connect(socket: Path, command: str = "check") -> str:
    try:
        return ask(socket, command)
    except OSError as error:
        raise _Failure(f"Control socket connect({socket}): {error.strerror}") from error


def _instance(line: Line) -> Instance:
    port, home = int(line.options.get("port", "22")), Home()
    for name in home.names():
        try:
            instance = Instance(home, name, Reporter())
        except NoInstanceError:
            continue
        if instance.ssh_port != port or not instance.state.driver:
            continue
        if not instance.state.answers:
            raise _Failure("kex_exchange_identification: read: Connection reset by peer")
        return instance
    raise _Failure(f"ssh: connect to host 127.0.0.1 port {port}: Connection refused")


def _authenticate(line: Line, instance: Instance) -> None:
    alias = line.options.get("hostkeyalias", line.host)
    entry = f"{alias} {host_key(instance)}"
    known = line.path("userknownhostsfile")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    theirs = [each for each in lines if each.split(" ")[0] == alias]
    if theirs and entry not in theirs:
        raise _Failure(_CHANGED.format(alias=alias))
    if not theirs:
        if line.options.get("stricthostkeychecking") != "accept-new":
            raise _Failure(_UNKNOWN.format(alias=alias))
        with known.open("a", encoding="utf-8") as file:
            file.write(f"{entry}\n")
    user = (instance.config or {}).get("user", {}).get("name", "")
    key = line.path("identityfile")
    known_user = line.options.get("user") == user or _is_admitted(line, instance, key)
    if not known_user or key != instance.home.config / "user":
        raise _Failure(f"{line.options.get('user', '')}@127.0.0.1: Permission denied (publickey).")


def _is_admitted(line: Line, instance: Instance, key: Path) -> bool:
    if line.options.get("user") != "root" or (instance.dir / NO_ROOT_FILE).exists():
        return False
    admitted = Machine(instance).memory["admitted"]
    return " ".join(key.with_name(f"{key.name}.pub").read_text(encoding="utf-8").split()[:2]) in admitted


def host_key(instance: Instance) -> str:
    """Return the guest's public host key as a line of known hosts has it."""
    staged = instance.dir / HOST_KEY_FILE
    seed = staged.read_bytes() if staged.exists() else f"{instance.dir}#{instance.state.boots}".encode()
    return f"ssh-ed25519 {base64.b64encode(hashlib.sha256(seed).digest()).decode()}"


def _session(instance: Instance, line: Line) -> int:
    take_time()
    process = Process(Machine(instance), PROGRAMS)
    if line.options.get("user") == "root":
        process.become("root")
    process.cwd = process.home
    return process.run(_guest_argv(line.command))


def _guest_argv(command: str) -> list[str]:
    """Return what the guest's shell makes of a command: one of DVM's programs, or a line of shell.

    DVM's line leaves its program in a file of root's, if it is not there yet, and runs the file. The simulated guest
    plays the program's part by its name, whether the file is there or not.
    """
    if not command:
        return ["bash", "-l"]
    words = shlex.split(command)
    if words[:3] == ["exec", "sh", "-c"] and words[4] == "dvm-leave":
        return ["bash", "-c", "", "dvm-leave"]
    if words[:3] == ["exec", "sh", "-c"] and words[4] == "dvm-session":
        return ["bash", "-c", "", f"dvm-{_name(words[5])}", *words[6:]]
    if words[0].startswith("p=/run/dvm/") and "exec" in words:
        start = words.index("exec") + 1
        by_sudo = words[start : start + 2] == ["sudo", "-n"]
        end = words.index("$p", start)
        called = ["sudo", "-n", "bash"] if by_sudo else ["bash"]
        return [*called, "-c", words[8], f"dvm-{_name(words[0])}", *words[end + 1 :]]
    return ["bash", "-c", command]


def _name(path: str) -> str:
    """Return the program's name, of the path that it is left at."""
    return path.rpartition("/")[2].rpartition("-")[0]


if __name__ == "__main__":
    main()
