"""The files of the manifest, read once each, as TOML."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from dvm.diagnostics import Location
from dvm.errors import UnreadableFileError
from dvm.files import read_evidence
from dvm.manifest.mistakes import Document
from dvm.manifest.paths import MANIFEST_FILE, VM_DIRECTORY, VM_FILE, vm_names
from dvm.manifest.toml import TomlLimitError, parse
from dvm.model.evidence import FileEvidence, Role, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.manifest.mistakes import Mistakes

_BYTE_ORDER_MARK = "\ufeff"
_PLACE = re.compile(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)$")
# What the file system may answer without anybody having meddled.
_INNOCENT = frozenset({Unreadable.MISSING, Unreadable.DENIED, Unreadable.FAILED})
# How other languages write them.
_SWITCH = re.compile(r"(?i:true|false|yes|no|on|off)\b")
# tomllib's sentences that need other words, by how they begin.
_PLAIN_WORDS = (
    ("Cannot declare", "this table is declared a second time"),
    ("Cannot overwrite", "this key has a value already"),
    ("Cannot mutate", "this table is closed: it was written as one value, or declared elsewhere"),
    ("Cannot redefine", "this table is closed: it was written as one value, or declared elsewhere"),
    ("Duplicate inline table key", "this key has a value already"),
    ("Expected '=' after", 'a key is followed by "=" and a value'),
    ("Invalid initial character for a key", "a key is expected here"),
    ("Invalid statement", "a key or a [table] is expected here"),
    ("Invalid value", 'a value is expected here; text goes in quotes, as in "this"'),
    (
        "Expected newline or end of document after",
        "one statement a line, and text goes in quotes: nothing but a comment may follow here",
    ),
    ("Unclosed array", 'this list has no "]" at its end'),
    ("Unclosed inline table", 'this inline table has no "}" at its end'),
    ("Illegal character '\\n'", "this string has no quote at the end of its line"),
    ("Unterminated string", "this string has no quote at its end"),
    ("Expected ']' at the end of a table", 'a [table] ends with "]"'),
    ("Expected ']]' at the end of an array", 'a [[list of tables]] ends with "]]"'),
)


def read_documents(manifest: Path, mistakes: Mistakes) -> tuple[list[Document], list[FileEvidence]]:
    """Read dvm.toml and every vms/NAME/vm.toml beside it, in order of name; dvm.toml comes first.

    Raises:
        UnreadableFileError: dvm.toml cannot be read.
    """
    first = read_evidence(manifest, Role.MANIFEST)
    if first.content is None:
        raise _unreadable(first, missing=_how_to_begin(manifest))
    documents = [_parse(first, first.content, mistakes)]
    files = [first]
    directory = manifest.parent / VM_DIRECTORY
    for name in _names(manifest, mistakes):
        evidence = read_evidence(directory / name / VM_FILE, Role.MANIFEST)
        if evidence.problem is Unreadable.MISSING:
            continue
        if evidence.content is None:
            if evidence.problem not in _INNOCENT:
                mistakes.refuse(_unreadable(evidence))
            # A mistake of this VM alone: commands about VMs that exist go on without its declaration.
            mistakes.add(Location(evidence.path), f"{VM_FILE} {evidence.problem}", evidence.reason, vm=f"vm.{name}")
            files.append(evidence)
            documents.append(Document(evidence.path, "", None, ("vm", name)))
            continue
        files.append(evidence)
        documents.append(_parse(evidence, evidence.content, mistakes, prefix=("vm", name)))
    return documents, files


def _names(manifest: Path, mistakes: Mistakes) -> list[str]:
    directory = manifest.parent / VM_DIRECTORY
    try:
        return vm_names(manifest)
    except FileNotFoundError:
        # A link to nothing must not pass for "no VMs": the VMs in there would be taken for orphans.
        if directory.is_symlink():
            mistakes.add(Location(directory), f"{VM_DIRECTORY} is a link to nothing", "Fix the link or remove it.")
    except OSError as error:
        mistakes.add(Location(directory), f"{VM_DIRECTORY} can't be listed: {error.strerror}")
    return []


def _unreadable(evidence: FileEvidence, missing: str = "") -> UnreadableFileError:
    problem = evidence.problem or Unreadable.FAILED
    if problem is Unreadable.MISSING:
        return UnreadableFileError(f"There is no manifest at {evidence.path}.", evidence, remedy=missing)
    return UnreadableFileError(
        f"The manifest {evidence.path} {problem}.",
        evidence,
        detail=evidence.reason,
        remedy="It has to be a regular file of yours that nobody else can write.",
        refused=problem not in _INNOCENT,
    )


def _how_to_begin(manifest: Path) -> str:
    if manifest.name == MANIFEST_FILE:
        return "`dvm new app` writes one with a first VM; --manifest or $DVM_MANIFEST name another place."
    return "Name another place with --manifest or $DVM_MANIFEST, or begin one with `dvm new app`."


def _parse(evidence: FileEvidence, content: bytes, mistakes: Mistakes, prefix: tuple[str, ...] = ()) -> Document:
    path = evidence.path
    try:
        text = content.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line, column = _end(content[: error.start].decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK))
        summary = f"not UTF-8: byte 0x{content[error.start]:02x} stands for no character"
        mistakes.add(Location(path, line, column), summary, "Save the file as UTF-8.")
        return Document(path, "", None, prefix)
    try:
        return Document(path, text, parse(text), prefix)
    except RecursionError:
        mistakes.add(Location(path), "not readable as TOML: lists or tables are nested too deeply")
    except tomllib.TOMLDecodeError as error:
        summary, place = _plain(str(error), text)
        mistakes.add(Location(path, *place), f"not TOML: {summary}")
    except TomlLimitError as error:
        mistakes.add(Location(path), f"not readable as TOML: {error}")
    except ValueError:
        # Not tomllib's own: Python's limit on the digits of a number.
        number = re.search(r"[0-9][0-9_]{4000,}", text)
        location = Location(path, *(_end(text[: number.start()]) if number else ()))
        mistakes.add(location, "a number has more digits than DVM reads")
    return Document(path, text, None, prefix)


def _plain(message: str, text: str) -> tuple[str, tuple[int, int]]:
    """Return tomllib's message in plain words, and the line and column it ends with."""
    match = _PLACE.search(message)
    bare = message[: match.start()] if match else message
    place = (int(match[1]), int(match[2])) if match and match[1] else _end(text.replace("\r\n", "\n"))
    line = text.replace("\r\n", "\n").split("\n")[place[0] - 1 : place[0]]
    if bare.startswith("Invalid value") and line and _SWITCH.match(line[0][place[1] - 1 :]):
        return "write true or false in lower case, without quotes", place
    plain = next((words for begin, words in _PLAIN_WORDS if bare.startswith(begin)), bare[:1].lower() + bare[1:])
    return plain, place


def _end(text: str) -> tuple[int, int]:
    """Return line and column of what would follow `text`."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
