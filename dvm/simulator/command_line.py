"""limactl's command line: which commands and flags there are, and what a given one says."""

from __future__ import annotations

import re
from typing import NamedTuple

from dvm.simulator.log import refuse

EDIT_FLAGS = {
    "cpus": "int",
    "dns": "str",
    "memory": "float",
    "mount": "str",
    "mount-only": "str",
    "mount-none": "bool",
    "mount-type": "str",
    "mount-writable": "bool",
    "mount-inotify": "bool",
    "network": "str",
    "nested-virt": "bool",
    "rosetta": "bool",
    "set": "str",
    "param": "str",
    "ssh-port": "port",
    "video": "bool",
    "disk": "float",
    "vm-type": "str",
    "shell": "str",
    "start": "bool",
}
CREATE_FLAGS = {
    **EDIT_FLAGS,
    "name": "str",
    "arch": "str",
    "image-variant": "str",
    "containerd": "str",
    "plain": "bool",
    "port-forward": "str",
    "list-templates": "bool",
    "list-drivers": "bool",
}
FORCE = {"force": "bool"}
GLOBAL_FLAGS = {
    "log-level": "str",
    "log-format": "str",
    "debug": "bool",
    "tty": "bool",
    "yes": "bool",
    "help": "bool",
    "version": "bool",
}
SHORT = {"y": "yes", "f": "force", "q": "quiet", "r": "recursive", "v": "verbose", "h": "help"}
_LAST_PORT = 65535
_NUMBER = {"int": (r"[-+]?\d+", "ParseInt"), "float": (r"[-+]?(\d+\.?\d*|\.\d+)", "ParseFloat")}


class Command(NamedTuple):
    """A command: the flags it takes and their types, how many arguments, and how Lima sums it up."""

    flags: dict[str, str]
    least: int
    most: int | None
    use: str
    summary: str


COMMANDS = {
    "create": Command(CREATE_FLAGS, 0, 1, "create FILE.yaml|URL", "Create an instance of Lima"),
    "start": Command(
        {**CREATE_FLAGS, "timeout": "duration", "foreground": "bool", "progress": "bool"},
        0,
        1,
        "start NAME|FILE.yaml|URL",
        "Start an instance of Lima",
    ),
    "stop": Command(FORCE, 0, 1, "stop INSTANCE", "Stop an instance"),
    "restart": Command(FORCE, 0, 1, "restart INSTANCE", "Restart a running instance"),
    "list": Command(
        {"json": "bool", "quiet": "bool", "format": "str", "all-fields": "bool"},
        0,
        None,
        "list [flags] [INSTANCE]...",
        "List instances of Lima",
    ),
    "edit": Command(EDIT_FLAGS, 0, 1, "edit INSTANCE|FILE.yaml", "Edit an instance of Lima or a template"),
    "delete": Command(FORCE, 1, None, "delete INSTANCE [INSTANCE, ...]", "Delete an instance of Lima"),
    "protect": Command(
        {}, 1, None, "protect INSTANCE [INSTANCE, ...]", "Protect an instance to prohibit accidental removal"
    ),
    "unprotect": Command({}, 1, None, "unprotect INSTANCE [INSTANCE, ...]", "Unprotect an instance"),
    "shell": Command(
        {
            "workdir": "str",
            "shell": "str",
            "preserve-env": "bool",
            "reconnect": "bool",
            "start": "bool",
            "instance": "str",
        },
        0,
        None,
        "shell [flags] INSTANCE [COMMAND...]",
        "Execute shell in Lima",
    ),
    "copy": Command(
        {"recursive": "bool", "verbose": "bool", "backend": "str"},
        2,
        None,
        "copy SOURCE ... TARGET",
        "Copy files between host and guest",
    ),
    "clone": Command(EDIT_FLAGS, 2, 2, "clone OLDINST NEWINST", "Clone an instance of Lima"),
    "rename": Command(EDIT_FLAGS, 2, 2, "rename OLDINST NEWINST", "Rename an instance of Lima"),
    "factory-reset": Command({}, 0, 1, "factory-reset INSTANCE", "Factory reset an instance of Lima"),
    "template": Command(
        {"verbatim": "bool", "embed-all": "bool"},
        2,
        3,
        "template copy TEMPLATE [DEST]",
        "Lima template management (EXPERIMENTAL)",
    ),
    "info": Command({}, 0, 0, "info", "Show diagnostic information"),
    "sim": Command({}, 2, 3, "sim ACTION INSTANCE [VALUE]", "Do to a simulated instance what life does to a real one"),
}
ALIASES = {"ls": "list", "rm": "delete", "remove": "delete", "cp": "copy"}


class CommandLine:
    """A parsed command line. `values` has each flag given with its values, in order; a bool's are
    `true`/`false`.
    """

    def __init__(self, argv: list[str]) -> None:
        self.command = ""
        self.args: list[str] = []
        self.values: dict[str, list[str]] = {}
        rest = list(argv)
        while rest:
            word = rest.pop(0)
            if word == "--" and self.command != "":
                self.args += rest
                break
            if word.startswith("-") and word != "-":
                self._flag(word, rest)
            elif not self.command:
                self.command = ALIASES.get(word, word)
                if self.command not in COMMANDS:
                    refuse(f'unknown command "{word}" for "limactl"')
            else:
                self.args.append(word)
                if self.command == "shell":  # whose flags end at its first argument
                    self.args += rest
                    break

    def check(self) -> None:
        """Refuse a wrong number of arguments, and both of `--tty` and `--yes`.

        Raises:
            Refused: with Lima's usage.
        """
        spec = COMMANDS[self.command]
        count, complaint = len(self.args), ""
        if spec.least == spec.most and count != spec.least:
            complaint = f"accepts {spec.least} arg(s), received {count}"
        elif count < spec.least:
            complaint = f"requires at least {spec.least} arg(s), only received {count}"
        elif spec.most is not None and count > spec.most:
            complaint = f"accepts at most {spec.most} arg(s), received {count}"
        path = f"limactl {self.command}"
        if complaint:
            usage = f"limactl {spec.use}" + (" [flags]" if "[flags]" not in spec.use else "")
            refuse(f"`{path}` {complaint}.\nSee `{path} --help`.\n\nUsage:  {usage}\n\n{spec.summary}")
        if "tty" in self.values and "yes" in self.values:
            refuse("cannot use both --tty and --yes flags at the same time")

    def flag(self, name: str) -> bool:
        """Return whether the bool flag is given as true."""
        return self.values.get(name, ["false"])[-1] == "true"

    def value(self, name: str, default: str = "") -> str:
        """Return the flag's last value."""
        return self.values.get(name, [default])[-1]

    def arg(self, index: int = 0, default: str = "default") -> str:
        """Return an argument; Lima's instance is called `default` where none is named."""
        return self.args[index] if index < len(self.args) else default

    def _flag(self, word: str, rest: list[str]) -> None:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
        else:
            name = "format" if word[1] == "f" and self.command == "list" else SHORT.get(word[1], "")
            value = word[2:].removeprefix("=")
            equals = value
        flags = {**GLOBAL_FLAGS, **(COMMANDS[self.command].flags if self.command else {})}
        kind = flags.get(name)
        if kind is None:
            long = word.startswith("--")
            refuse(f"unknown flag: --{name}" if long else f"unknown shorthand flag: '{word[1]}' in {word}")
        if kind == "bool":
            value = value if equals else "true"
        elif not equals:
            if not rest:
                refuse(f"flag needs an argument: {word}")
            value = rest.pop(0)
        self._check_value(name, kind, value)
        self.values.setdefault(name, []).append(value)

    def _check_value(self, name: str, kind: str, value: str) -> None:
        if kind in _NUMBER and not re.fullmatch(_NUMBER[kind][0], value):
            problem = f'strconv.{_NUMBER[kind][1]}: parsing "{value}": invalid syntax'
        elif kind == "port" and not re.fullmatch(r"\d+", value):
            problem = f'strconv.ParseUint: parsing "{value}": invalid syntax'
        elif kind == "port" and int(value) > _LAST_PORT:
            problem = f'strconv.ParseUint: parsing "{value}": value out of range'
        elif kind == "bool" and value not in {"true", "false"}:
            problem = f'strconv.ParseBool: parsing "{value}": invalid syntax'
        elif kind == "duration" and not re.fullmatch(r"(\d+(\.\d+)?(h|ms|m|s))+|0", value):
            problem = f'time: invalid duration "{value}"'
        else:
            return
        refuse(f'invalid argument "{value}" for "--{name}" flag: {problem}')
