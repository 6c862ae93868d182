"""The guest's programs, by name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dvm.simulator.guest.git import git
from dvm.simulator.guest.shell import run_shell
from dvm.simulator.guest.sudo import run_sudo

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process, Program

KERNEL = "6.1.0-sim"


def _true(_process: Process, _args: list[str]) -> int:
    return 0


def _false(_process: Process, _args: list[str]) -> int:
    return 1


def _echo(process: Process, args: list[str]) -> int:
    bare = args[:1] == ["-n"]
    process.say(" ".join(args[1:] if bare else args) + ("" if bare else "\n"))
    return 0


def _printf(process: Process, args: list[str]) -> int:
    pattern = args[0].replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0") if args else ""
    values = args[1:]
    while True:
        process.say(_formatted(pattern, values))
        if not values or "%" not in pattern:
            return 0


def _formatted(pattern: str, values: list[str]) -> str:
    parts = pattern.replace("%%", "\0%\0").replace("%d", "%s").replace("%q", "%s").split("%s")
    text = parts[0]
    for part in parts[1:]:
        text += (values.pop(0) if values else "") + part
    return text.replace("\0%\0", "%")


def _cat(process: Process, args: list[str]) -> int:
    status = 0
    for name in args or ["-"]:
        file = process.machine.file(name, process.cwd)
        if name == "-":
            process.say(process.read_all().decode("utf-8", "surrogateescape"))
        elif file.is_file():
            process.say(file.read_bytes().decode("utf-8", "surrogateescape"))
        elif name == "/etc/hostname":
            process.say(process.machine.hostname + "\n")
        else:
            process.say_error(f"cat: {name}: No such file or directory")
            status = 1
    return status


def _pwd(process: Process, _args: list[str]) -> int:
    process.say(process.cwd + "\n")
    return 0


def _whoami(process: Process, _args: list[str]) -> int:
    process.say(process.user + "\n")
    return 0


def _hostname(process: Process, _args: list[str]) -> int:
    process.say(process.machine.hostname + "\n")
    return 0


def _id(process: Process, args: list[str]) -> int:
    login = process.machine.login
    users = list(process.machine.memory["users"])
    known = {"root": 0, login.get("name", "lima"): login.get("uid", 1000)}
    uid = known.get(process.user, 2000 + (users.index(process.user) if process.user in users else 0))
    shown = {"-u": str(uid), "-un": process.user, "-g": str(uid), "-gn": process.user}
    full = f"uid={uid}({process.user}) gid={uid}({process.user}) groups={uid}({process.user})"
    process.say(shown.get("".join(args), full) + "\n")
    return 0


def _uname(process: Process, args: list[str]) -> int:
    machine = process.machine
    full = f"Linux {machine.hostname} {KERNEL} #1 SMP {machine.arch} GNU/Linux"
    shown = {"": "Linux", "-s": "Linux", "-r": KERNEL, "-m": machine.arch, "-n": machine.hostname}
    process.say(shown.get("".join(args), full) + "\n")
    return 0


def _env(process: Process, args: list[str]) -> int:
    while args and (args[0] == "-i" or "=" in args[0]):
        first, *args = args
        if first == "-i":
            process.env.clear()
        else:
            name, _, value = first.partition("=")
            process.env[name] = value
    if args:
        return process.run(args)
    process.say("".join(f"{name}={value}\n" for name, value in process.env.items()))
    return 0


def _sleep(_process: Process, args: list[str]) -> int:
    time.sleep(sum(float(arg.rstrip("s")) for arg in args))
    return 0


def _test(process: Process, args: list[str]) -> int:
    args = [arg for arg in args if arg != "]"]
    match args:
        case ["-d", path]:
            return 0 if process.machine.is_directory(path) else 1
        case [("-e" | "-f"), path]:
            return 0 if process.machine.file(path, process.cwd).exists() else 1
        case ["-n", text]:
            return 0 if text else 1
        case ["-z", text]:
            return 1 if text else 0
        case [left, ("=" | "=="), right]:
            return 0 if left == right else 1
        case _:
            return 2


def _poweroff(process: Process, _args: list[str]) -> int:
    process.machine.power_off()
    return 255


PROGRAMS: dict[str, Program] = {
    "true": _true,
    "false": _false,
    "echo": _echo,
    "printf": _printf,
    "cat": _cat,
    "pwd": _pwd,
    "whoami": _whoami,
    "hostname": _hostname,
    "id": _id,
    "uname": _uname,
    "env": _env,
    "sleep": _sleep,
    "test": _test,
    "[": _test,
    "poweroff": _poweroff,
    "git": git,
    "sh": run_shell,
    "bash": run_shell,
    "sudo": run_sudo,
}
"""By the name that is called; what is not here is not found."""
