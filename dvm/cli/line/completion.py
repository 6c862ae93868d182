"""Completion of VM names in the shell, at once: nothing of the model is imported, nothing is checked or run.

Typer answers the rest (commands, options); it costs more than a person at the Tab key should notice. The three shells
ask as Typer's scripts have them ask, so both understand the same question. Instances are those of this host: it
lists LIMA_HOME itself.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from dvm.cli.commands import COMMANDS, Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKED = "_DVM_COMPLETE"
_VM_FIRST = frozenset({Takes.VM, Takes.VMS, Takes.VM_AND_COMMAND, Takes.VM_AND_MORE})
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_UNUSUAL = re.compile(r"[^\w.+,@%-]")
_QUOTES = re.compile(r"[\\'\"]")
_MAX_BYTES = 1 << 20


def answer(environment: Mapping[str, str]) -> tuple[str, int] | None:
    """Return what to print, and the exit code, where a shell asks for names of VMs; None where it asks for more."""
    question = _question(environment)
    names = None if question is None else _candidates(*question)
    if names is None:
        return None
    match environment[ASKED]:
        case "complete_zsh":
            # A colon would begin a description.
            listed = "\n".join('"{}"'.format(name.replace(":", "\\:")) for name in names)
            return (f"_arguments '*: :(({listed}))'" if names else "_files") + "\n", 0
        case "complete_fish" if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
            return "", 0 if names else 1
        case _:
            return "".join(f"{name}\n" for name in names), 0


def _candidates(words: list[str], incomplete: str) -> list[str] | None:
    """Return what the word that is being typed may be; None: that is for typer to find out."""
    if not words or incomplete.startswith("-") or any(word.startswith("-") for word in words):
        return None
    name, *given = words
    takes = next((each.takes for each in COMMANDS if each.name == name), Takes.OTHER)
    if takes is Takes.COPIES:
        # bash cuts VM:PATH at its colon.
        return None if "/" in incomplete or ":" in incomplete or ":" in given[-1:] else _sides(incomplete)
    if takes not in _VM_FIRST or (given and takes is not Takes.VMS):
        return None
    return [name for name in vm_names(incomplete) if name not in given]


def _question(environment: Mapping[str, str]) -> tuple[list[str], str] | None:
    """Return the words behind `dvm` that are there already, and the one that is being typed."""
    match environment[ASKED]:
        case "complete_bash":
            line, place = environment.get("COMP_WORDS", ""), environment.get("COMP_CWORD", "")
            # bash hands its words over with a newline between.
            words = line.split()
            if _QUOTES.search(line) or not place.isdecimal() or int(place) > len(words):
                return None
            return words[1 : int(place)], words[int(place)] if int(place) < len(words) else ""
        case "complete_zsh" | "complete_fish":
            line = environment.get("_TYPER_COMPLETE_ARGS", "")
            words = line.split()
            if _QUOTES.search(line) or len(words) < 1:
                return None
            return (words[1:], "") if line[-1:].isspace() else (words[1:-1], words[-1] if len(words) > 1 else "")
        case _:
            return None


def vm_names(incomplete: str) -> list[str]:
    """Return the VMs that begin so: of the manifest, and instances of Lima's. Whatever can't be read has none."""
    names = {*_declared(), *_instances()}
    return sorted(name for name in names if name.startswith(incomplete) and _NAME.fullmatch(name))


def _sides(incomplete: str) -> list[str]:
    """Return what one side of a copy may be: the code directory and the home of a VM, or a file beside."""
    files = [
        f"{name}/" if os.path.isdir(name) else name  # noqa: PTH112
        for name in _listed(".")
        if name.startswith(incomplete) and incomplete and not _UNUSUAL.search(name)
    ]
    vms = vm_names(incomplete)
    # With two to choose from the shell adds no blank behind the colon.
    return sorted(files) + [f"{vm}:{path}" for vm in vms for path in ("", "~/")]


def _declared() -> set[str]:
    home = os.environ.get("HOME", "")
    directory = os.environ.get("DVM_CONFIG_DIR") or os.path.join(home, ".config", "dvm")  # noqa: PTH118 - pathlib costs
    manifest = os.environ.get("DVM_MANIFEST") or os.path.join(directory, "dvm.toml")  # noqa: PTH118
    if not os.path.isabs(manifest):  # noqa: PTH117 - as the manifest's reader has it
        return set()
    found: set[str] = set()
    try:
        from dvm.manifest.toml import parse

        vms = parse(_text(manifest)).get("vm", {})
        found = set(vms) if isinstance(vms, dict) else set()
    except (OSError, ValueError, RecursionError):
        pass
    beside = os.path.join(os.path.dirname(manifest), "vms")  # noqa: PTH118, PTH120
    # What `dvm rm --config` left of one is no declaration.
    return found | {name for name in _listed(beside) if os.path.exists(f"{beside}/{name}/vm.toml")}  # noqa: PTH110


def _text(path: str) -> str:
    # Not to wait for a writer of a pipe of that name.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_MAX_BYTES).decode() if stat.S_ISREG(os.fstat(descriptor).st_mode) else ""


def _instances() -> set[str]:
    home = os.environ.get("LIMA_HOME") or os.path.join(os.environ.get("HOME", ""), ".lima")  # noqa: PTH118
    return {name.removeprefix("dvm-") for name in _listed(home) if name.startswith("dvm-")}


def _listed(directory: str) -> set[str]:
    try:
        return set(os.listdir(directory))  # noqa: PTH208
    except OSError:
        return set()
