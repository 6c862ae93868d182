"""Packages, images and modules without a version, in the files that a script writes for other programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Written

_IMAGE = r"(?P<name>[\w-][\w./:-]*?(?::latest)?)"
_STAGE = pattern(r"^[ \t]*FROM[ \t].*\sAS[ \t]+(\S+)", re.MULTILINE | re.IGNORECASE)
# By what the file is called: lines that name something without a version.
_LINES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        pattern(r"(.*/)?(Dockerfile|Containerfile)[\w.-]*|.*\.(dockerfile|containerfile)", re.IGNORECASE),
        pattern(rf"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?!scratch\b){_IMAGE}(?=[ \t]|$)", re.MULTILINE | re.IGNORECASE),
    ),
    (
        pattern(r"(.*/)?(docker-|podman-)?compose[\w.-]*\.ya?ml"),
        pattern(rf"^[ \t]*image:[ \t]*[\"']?{_IMAGE}[\"']?[ \t]*$", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?req\w*[\w.-]*\.txt"),
        pattern(r"^[ \t]*(?P<name>[A-Za-z][\w.\[\],-]*)[ \t]*(?:[<>~!;#].*)?$", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?(Gemfile|gems\.rb)"),
        pattern(r"^[ \t]*gem\b(?![^\n]*(?:ref|tag):)[^\n]*\bgit(?:hub)?:[ \t]*[\"'](?P<name>[^\"'\n]+)", re.MULTILINE),
    ),
    (
        pattern(r".*\.tf"),
        pattern(
            r"^[ \t]*source[ \t]*=[ \t]*\"(?P<name>(?:git::|github\.com/|git@)(?![^\"\n]*[?&]ref=)[^\"\n]+)",
            re.MULTILINE,
        ),
    ),
)
_VERSION = pattern(r":(?!latest$)[^/]+$")


def unpinned_in(file: Written) -> Iterator[str]:
    """Yield what a written file names at whatever version there is."""
    for name, line in _LINES:
        if name.fullmatch(file.name) is None:
            continue
        text = file.content.text
        stages = set(_STAGE.findall(text))
        for match in line.finditer(text):
            if match["name"] not in stages and _VERSION.search(match["name"]) is None:
                yield match["name"]
