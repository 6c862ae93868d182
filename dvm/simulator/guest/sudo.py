"""`sudo` in the guest: the login user may, without a password; other users only if they were made so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process

_WITH_VALUE = "ugDCp"
_LONG_WITH_VALUE = {"--user": "u", "--chdir": "D", "--group": "g"}
_LONG = {"--login": "i", "--non-interactive": "n", "--set-home": "H"}


def run_sudo(process: Process, args: list[str]) -> int:
    """Run a command as root or as `-u USER`; `NAME=VALUE` before it goes into its environment."""
    rest = list(args)
    options = _options(rest)
    target, login, directory = options.get("u", "root"), "i" in options, options.get("D", "")
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


def _options(rest: list[str]) -> dict[str, str]:
    """Take the options off `rest`; return each by its letter, with its value if any (`-iu USER`)."""
    found: dict[str, str] = {}
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option.startswith("--"):
            name, equals, value = option.partition("=")
            letter = _LONG_WITH_VALUE.get(name) or _LONG.get(name, "")
            found[letter] = value if equals or name not in _LONG_WITH_VALUE or not rest else rest.pop(0)
            continue
        for at, letter in enumerate(option[1:], start=2):
            found[letter] = ""
            if letter in _WITH_VALUE:
                found[letter] = option[at:] or (rest.pop(0) if rest else "")
                break
    return found
