"""`sudo` in the guest: the login user may, without a password; other users only if they were made so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process

_WITH_VALUE = {"-u", "--user", "-g", "-D", "--chdir"}


def run_sudo(process: Process, args: list[str]) -> int:
    """Run a command as root or as `-u USER`; `NAME=VALUE` before it goes into its environment."""
    rest, target, login, directory = list(args), "root", False, ""
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        value = rest.pop(0) if option in _WITH_VALUE and rest else option.partition("=")[2]
        if option in {"-u", "--user"} or option.startswith("--user="):
            target = value
        elif option in {"-D", "--chdir"} or option.startswith("--chdir="):
            directory = value
        login = login or option in {"-i", "--login"}
    machine = process.machine
    allowed = process.user in {"root", machine.login.get("name")}
    if not allowed and not machine.memory["users"].get(process.user, {}).get("sudo"):
        process.say_error("sudo: a password is required")
        return 1
    if not machine.has_user(target):
        process.say_error(f"sudo: unknown user {target}")
        return 1
    process.become(target)
    process.cwd = directory or (process.home if login else process.cwd)
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        process.env[name] = value
    return process.run(rest or ["bash", "-l"])
