"""Commands that advice prints, with the option that makes them work on the same manifest."""

from __future__ import annotations

import re

WITHOUT = frozenset({"version", "explain", "show", "logs", "demo", "help"})
"""Commands without the option. `logs` has it for the guest's journal alone, which no advice asks for."""
_COMMAND = r"(?:DVM_[A-Z_]+=\S+ )?dvm ([a-z][a-z-]*)"
_QUOTED = re.compile(rf"`({_COMMAND}[^`\n]*)`")
_LINE = re.compile(rf"(?m)^((?:[^`\n]*: {{1,2}})?{_COMMAND}[^`\n]*[^`\n.])$")


def completed(text: str, option: str) -> str:
    """Return advice whose commands have `option` (` -f PATH`, or nothing), in front of `--` where they have that."""
    if not option:
        return text
    for pattern, mark in ((_QUOTED, "`"), (_LINE, "")):
        text = pattern.sub(lambda found, mark=mark: f"{mark}{_with(found[1], found[2], option)}{mark}", text)  # type: ignore[misc]
    return text


def _with(command: str, name: str, option: str) -> str:
    if name in WITHOUT or re.search(r" (-f|--manifest)\b", command):
        return command
    before, mark, after = command.partition(" -- ")
    return f"{before}{option}{mark}{after}"
