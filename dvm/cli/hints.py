"""What to type instead of an option that a command does not have, where a list of its options would not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRY_RUN = "`dvm plan` shows what it would do; `DVM_DRY_RUN=1 dvm {} …` prints it call by call, and changes nothing."
_YES = "-y (--auto-approve) agrees without being asked."
_HINTS = {
    ("apply", "--dry-run"): _DRY_RUN.format("apply"),
    ("sync", "--dry-run"): _DRY_RUN.format("sync"),
    ("apply", "--yes"): _YES,
    ("sync", "--yes"): _YES,
    ("plan", "-o"): "--out FILE saves the plan.",
    ("apply", "--force"): "No option makes an apply go on where a check or a guard blocks it.",
    ("apply", "--out"): "`dvm plan --out FILE` saves a plan, and `dvm apply FILE` carries it out.",
    ("", "--version"): "`dvm version` tells it.",
    ("", "-V"): "`dvm version` tells it.",
}


_COMMANDS = {
    "destroy": "`dvm rm VM` deletes one VM, `dvm apply --destroy` all of the manifest.",
    "delete": "`dvm rm VM` deletes a VM.",
    "exec": "`dvm ssh VM -- COMMAND…` runs one.",
    "run": "`dvm ssh VM -- COMMAND…` runs one.",
    "shell": "`dvm sh VM` opens one.",
    "up": "`dvm apply` makes what the manifest declares; `dvm start VM` starts one.",
    "down": "`dvm stop VM` stops one.",
    "restart": "`dvm stop VM`, then `dvm start VM`.",
    "init": "`dvm new VM` writes a first manifest.",
    "create": "`dvm new VM` declares a VM, `dvm apply` makes it.",
    "list": "`dvm ls` shows the VMs.",
    "ps": "`dvm ls` shows the VMs.",
    "show": "`dvm status VM` shows one VM, `dvm ls` all.",
    "edit": "Edit the manifest, then `dvm plan`.",
    "help": "`dvm --help` shows all commands.",
}


def instead_of(command: str) -> str:
    """Return what to type instead of a command that there is not; "" where DVM knows of nothing."""
    return _COMMANDS.get(command, "")


def hint(words: Sequence[str], option: str) -> str:
    """Return what to type instead of `option` in the command line `words`; "" where DVM knows of nothing.

    The words themselves are not repeated: there may be a secret among them.
    """
    command, *rest = words
    if command == "ssh" and rest and not rest[0].startswith("-"):
        return "What the guest is to run, with its own options, stands behind `--`: `dvm ssh VM -- COMMAND…`."
    return _HINTS.get(("" if command.startswith("-") else command, option), "")
