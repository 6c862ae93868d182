"""The files that VMs name: setup scripts and templates, read once each."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dvm.files import read_evidence
from dvm.model.evidence import (
    MAX_COMPANION_BYTES,
    MAX_COMPANION_BYTES_IN_ALL,
    MAX_FILE_BYTES,
    Role,
    Unreadable,
)
from dvm.model.file_names import companion_name
from dvm.model.template_name import is_template_path
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.manifest.layers import Layer, Layers
    from dvm.manifest.mistakes import KeyPlace, Mistakes
    from dvm.manifest.read import Read
    from dvm.model.evidence import FileEvidence
    from dvm.model.key_path import KeyPath
    from dvm.model.vm import SetupEntry


class ScriptFiles(Struct, frozen=True):
    """The file of a setup script, and its companion files by their names in $DVM_FILES."""

    script: FileEvidence
    companions: Mapping[str, FileEvidence]


class FileReader(Struct):
    """Reads each file once in a run, however many VMs name it."""

    _read: dict[tuple[str, Role], FileEvidence] = field(default_factory=dict)
    _companions: int = 0

    def read(self, base: Path, text: str, role: Role) -> FileEvidence:
        """Return the file that `text` names in a file that is in the directory `base`."""
        # expanduser alone touches the environment; `..` stays, because the kernel is to walk it.
        named = posixpath.join(base, os.path.expanduser(text) if text.startswith("~") else text)  # noqa: PTH111
        evidence = self._read.get((named, role))
        if evidence is None:
            # No more is read than may be held: one file may go over, and is noted.
            full = role is Role.COMPANION and self.too_many
            evidence = self._read[named, role] = read_evidence(Path(named), role, limit=0 if full else MAX_FILE_BYTES)
            if role is Role.COMPANION:
                self._companions += len(evidence.content or b"")
        return evidence

    @property
    def too_many(self) -> bool:
        """Whether the companion files are more than are held at once."""
        return self._companions > MAX_COMPANION_BYTES_IN_ALL

    @property
    def files(self) -> tuple[FileEvidence, ...]:
        """Every file read so far."""
        return tuple(self._read.values())


def read_files(
    body: Read[Any], layers: Layers, reader: FileReader, mistakes: Mistakes, vm: str | None
) -> tuple[tuple[ScriptFiles, ...], FileEvidence | None]:
    """Return the files of each setup script of a VM or a base, and that of its template where that is one.

    Each path is relative to the file that names it. Note what is missing or not Bash, at the place where it is named.
    """
    found: list[FileEvidence] = []
    named_by: list[Layer] = []
    scripts: list[ScriptFiles] = []
    for number, entry in enumerate(body.value.setup):
        layer, path = layers.origin(("setup", body.index("setup", number)))
        evidence = reader.read(layer.place.document.path.parent, entry.script, Role.SCRIPT)
        elsewhere = [other for other, by in zip(found, named_by, strict=True) if by is not layer]
        problem = _problem(evidence) or _listed(evidence, elsewhere) or _twice(evidence, found)
        found.append(evidence)
        named_by.append(layer)
        if problem:
            where = _script_of(layer, path)
            mistakes.add(where, f"{where}: {problem[0]}", problem[1], vm=vm)
        companions = _companions(entry, layer.place.under(*path), reader, mistakes, vm)
        scripts.append(ScriptFiles(evidence, companions))
    template = None
    if is_template_path(body.value.template):
        place = layers.place_of(("template",))
        template = reader.read(place.document.path.parent, body.value.template, Role.TEMPLATE)
        problem = _missing(template)
        if problem:
            mistakes.add(place, f"{place}: {problem[0]}", problem[1], vm=vm)
    return tuple(scripts), template


def _companions(
    entry: SetupEntry, place: KeyPlace, reader: FileReader, mistakes: Mistakes, vm: str | None
) -> dict[str, FileEvidence]:
    """Return the companion files of a script, and note what is missing, and where they are too large together."""
    found: dict[str, FileEvidence] = {}
    size = 0
    for number, path in enumerate(entry.files):
        where = place.under("files", number)
        full = reader.too_many
        evidence = reader.read(place.document.path.parent, path, Role.COMPANION)
        # Of two with one name, which is a mistake reported elsewhere, the first stays.
        found.setdefault(companion_name(path), evidence)
        before, size = size, size + len(evidence.content or b"")
        if before <= MAX_COMPANION_BYTES < size:
            summary = f"{where}: the files of {visible(entry.script)} are larger than 16 MiB together"
            mistakes.add(where, summary, "Have the script fetch what is large: dvm-fetch URL SHA256 DEST.", vm=vm)
        elif not full and reader.too_many:
            summary = f"{where}: the companion files of this manifest are larger than 64 MiB together"
            mistakes.add(where, summary, "Have the scripts fetch what is large: dvm-fetch URL SHA256 DEST.", vm=vm)
        elif problem := _missing(evidence):
            mistakes.add(where, f"{where}: {problem[0]}", problem[1], vm=vm)
    return found


def _script_of(layer: Layer, path: KeyPath) -> KeyPlace:
    """Return where the path of a script is written: the entry itself, or its key."""
    written = layer.body["setup"]
    place = layer.place.under(*path)
    assert isinstance(written, list)
    return place.under("script") if isinstance(written[int(path[1])], dict) else place


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


def _twice(evidence: FileEvidence, before: Sequence[FileEvidence]) -> tuple[str, str] | None:
    """Return what is wrong with a script that another path lists already; the same path is reported elsewhere."""
    for other in before:
        same = evidence.resolved is not None and evidence.resolved == other.resolved
        if same and posixpath.normpath(evidence.path) != posixpath.normpath(other.path):
            return (
                f"it is the same file as {visible(str(other.path))}, which is listed already",
                "A script is the same script by any path: list it once.",
            )
    return None


def _listed(evidence: FileEvidence, elsewhere: Sequence[FileEvidence]) -> tuple[str, str] | None:
    """Return what is wrong with a script that a base of the same VM lists already."""
    if evidence.resolved is None or all(evidence.resolved != other.resolved for other in elsewhere):
        return None
    return (
        "its base lists this script already",
        "The setup scripts of a base are joined with the VM's own: list each once, by one path.",
    )


def _missing(evidence: FileEvidence) -> tuple[str, str] | None:
    if "\0" in str(evidence.path):
        return "a path has no NUL in it", ""
    if evidence.problem is Unreadable.MISSING:
        return (
            f"{visible(str(evidence.path))} does not exist",
            "Paths are relative to the file that names them."
            if not any(map(str.isspace, evidence.path.name))
            else "A setup script is named by its path: put commands into a file, such as setup/base.sh, and name that.",
        )
    return None


def is_bash(content: bytes) -> bool:
    """Return whether a script is for Bash: by its first line, where that begins with `#!`; else it is."""
    line = content[:1024].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if not line.startswith(b"#!"):
        return True
    words = line[2:].split()
    if words and posixpath.basename(words[0]) == b"env":
        # `env -S bash -e` splits the rest itself; variables and options may stand before the command.
        words = [word.removeprefix(b"-S") for word in words[1:]]
        words = [word for word in words if word and not word.startswith(b"-") and b"=" not in word]
    return bool(words) and posixpath.basename(words[0]) == b"bash"
