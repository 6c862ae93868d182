"""A Lima in memory, behind the same methods as dvm.lima.client.Lima: fast enough for thousands of applies.

It answers in limactl's own format, which DVM's own reader reads, and it holds DVM to what it promises: a boot, a shell
or a delete of something that was never looked at is an AssertionError.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from dvm.execute.context import Context, ImageCache
from dvm.execute.interrupt import Interrupt
from dvm.lima.client import Lima
from dvm.lima.guest_call import Ending, GuestCall
from dvm.lima.home import Home
from dvm.lima.listing import parse_listing
from dvm.lima.machine import HIGHEST_PID
from dvm.lima.machine import Machine as LimaMachine
from dvm.lima.process import Completed
from dvm.model.instance import Instance, Part
from dvm.model.lima_config import LimaConfig
from dvm.model.template import Template
from dvm.state.directory import StateDirectory
from dvm.state.journal import Journal

DEFAULT_FORWARD = {"guestIP": "127.0.0.1", "hostIP": "127.0.0.1", "proto": "any"}


class Killed(BaseException):
    """DVM dies here: nothing catches this, as nothing catches SIGKILL."""


@dataclass
class Guest:
    users: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    runs: list[str] = field(default_factory=list)
    """SHA-256 of each script that ran to its end, in order."""
    saw: list[tuple[str, ...]] = field(default_factory=list)
    """What each of those was given: who it ran as, and its variables."""
    identity: str = ""
    born: int = 0
    """The boot in which it was given that."""


@dataclass
class Machine:
    config: dict[str, Any]
    running: bool = False
    boots: int = 0
    protected: bool = False
    guest: Guest = field(default_factory=Guest)


class MemoryLima:
    """`fault(number, argv)` is asked before each changing call: "fail", "fail-after", "kill", "kill-after", or ""."""

    executable = Path("/usr/bin/limactl")
    read_seconds = 1.0

    def __init__(self, home: Path) -> None:
        self.home = home
        self.machine = LimaMachine(Home(home))
        self.machines: dict[str, Machine] = {}
        self.override: dict[str, Any] = {}
        self.told = ""
        self.changes: list[tuple[str, ...]] = []
        self.looks = 0
        self.fault_at_look = 0
        self.fault: Callable[[int, Sequence[str]], str] = lambda _number, _argv: ""

    def version(self) -> str:
        return "2.2.0"

    def cancel(self) -> None:
        raise NotImplementedError

    def instances(self, *names: str) -> dict[str, Instance]:
        self.looks += 1
        if self.looks == self.fault_at_look:
            raise Killed
        lines = [self._line(name) for name in sorted(self.machines) if not names or name in names]
        return parse_listing("\n".join(json.dumps(line) for line in lines).encode())

    def change(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        sink: Callable[[bytes], None],
        stdin: bytes | None = None,
        lifeline: bool = False,
        started: Callable[[int], None] | None = None,
        shut: bool = False,
    ) -> Completed:
        if argv[-1] == "true":  # the question whether a guest answers
            return Completed(tuple(argv), 0 if self.machines[argv[-2]].running else 255, 0.0)
        self.changes.append(tuple(argv))
        fault = self.fault(len(self.changes), argv)
        if fault == "kill":
            raise Killed
        status = 1 if fault == "fail" else self._do(argv, stdin or b"")
        if fault == "kill-after":
            raise Killed
        return Completed(tuple(argv), 1 if fault == "fail-after" else status, 0.0)

    def ask(
        self,
        call: GuestCall,
        *,
        timeout: float,
        sink: Callable[[bytes], None] = lambda _chunk: None,
        lifeline: bool = False,
        started: Callable[[int], None] | None = None,
    ) -> Ending:
        number, _challenge, _program, payload = call.stdin.split(b"\0", 3)
        heard = call.heard()
        if call.name == "outcome":
            guest = self.machines[call.argv[call.argv.index("/") + 1]].guest
            status, word = 0, b"ended\t0" if call.argv[-1] in guest.ended else b"unknown"
            heard.output(word + b"\n")
        else:
            status = self.change(call.argv, timeout=timeout, sink=sink, stdin=payload).status
            if call.name == "bootstrap":
                heard.output(b"firewall\toff\t\n" if payload.startswith(b"off") else b"firewall\tnft\t\n")
        if call.name in {"seal", "renew"} and status == 0:
            heard.output(f"identity\tmachine-id\t{self.told}\n".encode())
        heard.output(b"dvm-%s %s %d\n" % (call.name.encode(), number, status))
        return heard.ended(Completed(call.argv, status, 0.0))

    def template_parts(self, template: Template, instance: str) -> dict[str, Part]:
        """Its templates declare nothing that anybody has to vouch for."""
        return {}

    def effective(self, name: str) -> dict[str, Any]:
        """An instance's configuration with what the host-wide file puts over it."""
        return {**self.machines[name].config, **self.override}

    def _line(self, name: str) -> dict[str, Any]:
        machine, config = self.machines[name], self.effective(name)
        return {
            "name": name,
            "status": "Running" if machine.running else "Stopped",
            "dir": str(self.home / name),
            "vmType": "qemu",
            "arch": "x86_64",
            "cpus": config["cpus"],
            "memory": _bytes(config["memory"]),
            "disk": _bytes(config["disk"]),
            **({"sshLocalPort": 60000 + machine.boots} if machine.boots else {}),
            "protected": machine.protected,
            "config": config,
        }

    def _do(self, argv: Sequence[str], stdin: bytes) -> int:
        match argv[1]:
            case "create":
                name = next(word for word in argv if word.startswith("--name=")).removeprefix("--name=")
                assert name not in self.machines
                assert "--mount-none" in argv
                self.machines[name] = Machine({"plain": "--plain" in argv, **_settings(argv)})
                (self.home / name).mkdir()
                (self.home / name / "lima.yaml").write_text("x")
                (self.home / name / "disk").write_text("")
                return 0
            case "clone":
                source, name = argv[-2:]
                assert name not in self.machines
                assert not self.machines[source].running
                machine = deepcopy(self.machines[source])
                machine.config |= _settings(argv)
                self.machines[name] = machine
                shutil.copytree(self.home / source, self.home / name)
                return 0
            case "shell":
                return self._shell(argv[argv.index("/") + 1], argv, stdin)
            case action:
                return self._act(action, argv[-1], argv)

    def _act(self, action: str, name: str, argv: Sequence[str]) -> int:
        machine = self.machines.get(name)
        if machine is None:
            return 0 if action == "delete" else 1
        match action:
            case "start":
                assert not self.effective(name)["mounts"], "booted with a mount of the host"
                machine.boots += not machine.running
                (self.home / name / "disk").write_text(str(machine.boots))
                if not machine.guest.identity:
                    machine.guest.identity, machine.guest.born = secrets.token_hex(32), machine.boots
                machine.running = True
                # As the simulator's: a host agent of a number that no process has, which says that it is ready.
                (self.home / name / "ha.stdout.log").write_text('{"status":{"running":true}}\n')
                (self.home / name / "ha.pid").write_text(f"{HIGHEST_PID + 1}\n")
            case "stop":
                machine.running = False
                for file in ("ha.stdout.log", "ha.pid"):
                    (self.home / name / file).unlink(missing_ok=True)
            case "edit":
                if machine.running:
                    return 1
                machine.config |= _settings(argv)
            case "protect" | "unprotect":
                machine.protected = action == "protect"
            case "delete":
                if machine.protected:
                    return 1
                del self.machines[name]
                shutil.rmtree(self.home / name)
            case _:
                raise AssertionError(argv)
        return 0

    def _shell(self, name: str, argv: Sequence[str], stdin: bytes) -> int:
        assert not self.effective(name)["mounts"], "entered with a mount of the host"
        machine = self.machines[name]
        if not machine.running:
            return 255
        program = next(word for word in argv[argv.index("-c") :] if word.startswith("dvm-"))
        arguments = argv[argv.index(program, argv.index("-c")) + 1 :]
        guest = machine.guest
        if program == "dvm-seal":
            self.told, guest.identity = guest.identity, ""
        elif program == "dvm-renew":
            if guest.born != machine.boots:
                guest.identity, guest.born = secrets.token_hex(32), machine.boots
            self.told = guest.identity
        elif program == "dvm-bootstrap":
            guest.users.add(arguments[0])
        elif program == "dvm-setup":
            run_id, digest = arguments[:2]
            assert arguments[5] in guest.users
            if b"# fail" in stdin:
                return 7
            if run_id not in guest.ended:
                guest.ended.add(run_id)
                guest.runs.append(digest)
                guest.saw.append((arguments[4], *(word for word in arguments[5:] if "=" in word)))
        return 0


def context(lima: MemoryLima, state: StateDirectory) -> Context:
    """The tools of an apply on it."""
    return Context(cast(Lima, lima), state, Journal(state), LimaConfig, Interrupt(), ImageCache(state))


def _settings(argv: Sequence[str]) -> dict[str, Any]:
    text = next(word for word in argv if word.startswith("--set=")).removeprefix("--set=")
    found: dict[str, Any] = {}
    decoder = json.JSONDecoder()
    while text:
        path, _, rest = text.partition(" = ")
        value, end = decoder.raw_decode(rest)
        text = rest[end:].removeprefix(" | ")
        table, (*above, last) = found, path.removeprefix(".").split(".")
        for key in above:
            table = table.setdefault(key, {})
        table[last] = value
    found["portForwards"] = [{**DEFAULT_FORWARD, **rule} for rule in found["portForwards"]]
    return found


def _bytes(size: str) -> int:
    return int(size.removesuffix("GiB")) << 30
