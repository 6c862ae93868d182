"""DVM401: a secret in the manifest, or in a companion file."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.secrets.found import in_file
from dvm.checks.secrets.mask import mask
from dvm.checks.secrets.shapes import hits, key_hits
from dvm.checks.secrets.telling import is_telling, looks_secret
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.manifest.toml import parse
from dvm.model.check import Weight
from dvm.model.evidence import Role
from dvm.text import is_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.model.check import CheckResult
    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import Manifest

KeyPath = tuple[str | int, ...]
_DEEPEST = 64
_VALUES_KEPT = 1024


def find_in_mapping(mapping: Mapping[str, object]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key path of each secret among parsed values, and what it looks like. Never the value."""
    ahead: list[tuple[KeyPath, object]] = [((key,), value) for key, value in reversed(list(mapping.items()))]
    while ahead:
        path, value = ahead.pop()
        if len(path) > _DEEPEST:
            continue
        if isinstance(value, dict):
            ahead.extend(((*path, str(key)), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            ahead.extend(((*path, index), inner) for index, inner in reversed(list(enumerate(value))))
        elif isinstance(value, str):
            shape = _shape(path, value)
            if shape:
                yield path, shape


def _shape(path: KeyPath, value: str) -> str:
    shape = _token(value)
    if shape:
        return shape
    # The first one is a key, whatever lists are within.
    name = next(key for key in reversed(path) if isinstance(key, str))
    return "a secret by the name of its key" if is_telling(name) and looks_secret(value, name) else ""


@lru_cache(maxsize=_VALUES_KEPT)
def _token(value: str) -> str:
    """Return what known token a value has. Kept, for many VMs have the same template and the same scripts."""
    hit = next(itertools.chain(hits(value), key_hits(value)), None)
    return "" if hit is None else hit.shape


def _find(file: FileEvidence) -> Iterator[Finding]:
    if file.role is Role.COMPANION and file.content is not None:
        yield from _in_companion(file, file.content)
    if file.role is not Role.MANIFEST or file.content is None:
        return
    text = file.content.decode("utf-8", "replace").removeprefix("\ufeff")
    lines: set[int] = set()
    try:
        values = parse(text)
    except (ValueError, RecursionError):
        # Its mistakes are reported elsewhere; a token in it is one all the same.
        values = {}
    for finding in _in_values(values, file.path, text):
        if finding.location is not None and finding.location.line is not None:
            lines.add(finding.location.line)
        yield finding
    for hit in (*hits(text), *key_hits(text)):
        line = text.count("\n", 0, hit.start) + 1
        if line not in lines:
            lines.add(line)
            detail = f"This line holds {hit.shape}."
            yield Finding(shown(file.path), detail, Location(file.path, line))


def _in_companion(file: FileEvidence, content: bytes) -> Iterator[Finding]:
    """Yield the secrets in a file of any format; telling names count where it is text."""
    text = content.decode("utf-8", "replace")
    found = [(hit.start, f"This line holds {hit.shape}.") for hit in (*hits(text), *key_hits(text))]
    if is_text(content):
        for secret in in_file(file.path.name, text):
            name = visible(mask(secret.name))
            found.append((text.find(secret.value), f"The value of {name} looks like a secret by its name."))
    lines: set[int] = set()
    for start, detail in sorted(found):
        line = text.count("\n", 0, start) + 1
        if line not in lines:
            lines.add(line)
            yield Finding(shown(file.path), detail, Location(file.path, line))


def _in_values(values: Mapping[str, object], path: Path, text: str | None) -> Iterator[Finding]:
    for key_path, shape in find_in_mapping(values):
        yield Finding(
            shown(path),
            f"The value of {visible(_spelled(key_path))} looks like {shape}.",
            _locate(path, text, key_path),
        )


def _locate(path: Path, text: str | None, key_path: KeyPath) -> Location:
    if text is None:
        return Location(path)
    from dvm.manifest.positions import positions_of

    return Location(path, *(positions_of(text).nearest(key_path) or ()))


def _spelled(path: KeyPath) -> str:
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return mask(words.removeprefix("."))


def review_manifest(values: Mapping[str, object], path: Path, text: str | None = None) -> list[CheckResult]:
    """Return the secrets among the parsed values of a manifest file; `text` gives them their lines."""
    check: Check[Mapping[str, object]] = Check(
        CHECK.code, CHECK.severity, CHECK.title, CHECK.why, CHECK.remedy, lambda given: _in_values(given, path, text)
    )
    return check.run(values)


def review(manifest: Manifest) -> list[CheckResult]:
    """Return the secrets in the files of a manifest."""
    return [result for file in manifest.files for result in CHECK.run(file)]


CHECK: Check[FileEvidence] = Check(
    code="DVM401",
    severity=Weight.DENY,
    title="Secret in a manifest or a companion file",
    why=(
        "The manifest and the files of its setup scripts live in a dotfiles repository: a secret in them is in every "
        "clone and in its history for good, and DVM shows the manifest's values in plans and text files in reviews."
    ),
    remedy=(
        "Revoke it, for it has been written down, and take it out. Sign in to tools inside the VM, or hand a variable "
        "over for one command: dvm ssh VM --env NAME -- CMD."
    ),
    find=_find,
)
