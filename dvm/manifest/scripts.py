"""The files that VMs name: setup scripts and templates, read once each."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.files import read_evidence
from dvm.model.evidence import Role, Unreadable
from dvm.model.vm import is_template_path
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.manifest.mistakes import Mistakes, Place
    from dvm.model.evidence import FileEvidence


class FileReader(Struct):
    """Reads each file once in a run, however many VMs name it."""

    _read: dict[tuple[str, Role], FileEvidence] = field(default_factory=dict)

    def read(self, base: Path, text: str, role: Role) -> FileEvidence:
        """Return the file that `text` names in a file that lies in the directory `base`."""
        # expanduser alone touches the environment; `..` stays, because the kernel is to walk it.
        named = posixpath.join(base, os.path.expanduser(text) if text.startswith("~") else text)  # noqa: PTH111
        evidence = self._read.get((named, role))
        if evidence is None:
            evidence = self._read[named, role] = read_evidence(Path(named), role)
        return evidence

    @property
    def files(self) -> tuple[FileEvidence, ...]:
        """Every file read so far."""
        return tuple(self._read.values())


def read_scripts(
    setup: object, place: Place, reader: FileReader, mistakes: Mistakes, vm: str | None
) -> tuple[FileEvidence, ...]:
    """Return the file of each entry of `setup`, which is as TOML has it; note those missing or not Bash.

    Entries that name no script are passed over: they have been noted already.
    """
    found: list[FileEvidence] = []
    for index, entry in enumerate(setup if isinstance(setup, list) else ()):
        text = entry.get("script") if isinstance(entry, dict) else entry
        if not isinstance(text, str) or not text:
            continue
        evidence = reader.read(place.document.path.parent, text, Role.SCRIPT)
        found.append(evidence)
        problem = _problem(evidence)
        if problem:
            where = place.under(index, "script") if isinstance(entry, dict) else place.under(index)
            mistakes.add(where, f"{where}: {problem[0]}", problem[1], vm=vm)
    return tuple(found)


def read_template(
    template: object, place: Place, reader: FileReader, mistakes: Mistakes, vm: str | None
) -> FileEvidence | None:
    """Return the file of a template that is a path, and note where there is none."""
    if not isinstance(template, str) or not is_template_path(template):
        return None
    evidence = reader.read(place.document.path.parent, template, Role.TEMPLATE)
    problem = _missing(evidence)
    if problem:
        mistakes.add(place, f"{place}: {problem[0]}", problem[1], vm=vm)
    return evidence


def _problem(evidence: FileEvidence) -> tuple[str, str] | None:
    missing = _missing(evidence)
    if missing or evidence.content is None:
        return missing
    if not is_bash(evidence.content):
        return (
            "setup scripts are Bash, and this one's first line asks for another interpreter",
            "Write it in Bash (#!/usr/bin/env bash), and have that start the other interpreter.",
        )
    return None


def _missing(evidence: FileEvidence) -> tuple[str, str] | None:
    if "\0" in str(evidence.path):
        return "a path has no NUL in it", ""
    if evidence.problem is Unreadable.MISSING:
        return (
            f"{visible(str(evidence.path))} does not exist",
            "Paths are relative to the file that names them.",
        )
    return None


def is_bash(content: bytes) -> bool:
    """Tell whether a script is for Bash: by its first line, where that begins with `#!`; else it is."""
    line = content[:1024].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if not line.startswith(b"#!"):
        return True
    words = line[2:].split()
    if words and posixpath.basename(words[0]) == b"env":
        # `env -S bash -e` splits the rest itself; variables and options may stand before the command.
        words = [word.removeprefix(b"-S") for word in words[1:]]
        words = [word for word in words if word and not word.startswith(b"-") and b"=" not in word]
    return bool(words) and posixpath.basename(words[0]) == b"bash"
