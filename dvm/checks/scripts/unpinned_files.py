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
    (
        pattern(r".*\.(container|image|pod|kube)"),
        pattern(rf"^[ \t]*Image=[ \t]*{_IMAGE}[ \t]*$", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?package\.json"),
        pattern(r"\"(?P<name>[@\w./-]+)\"[ \t]*:[ \t]*\"(?:latest|next|\*|git(?:\+|:|hub:)[^\"#]*)\""),
    ),
    (
        pattern(r"(.*/)?(Cargo|pyproject)\.toml"),
        pattern(
            r"^(?![^\n]*(?:\brev|\btag)[ \t]*=)[^\n#]*?(?:\bgit[ \t]*=[ \t]*\"(?P<name>[^\"\n]+)\""
            r"|@ (?P<other>git\+https?://[^\"'\n@]+(?:@(?!v?\d|[0-9a-f]{7})[^\"'\n@]*)?)[\"'])",
            re.MULTILINE,
        ),
    ),
    (
        pattern(r"(.*/)?(environment|env|conda)[\w.-]*\.ya?ml"),
        pattern(r"^[ \t]*-[ \t]*(?P<name>[A-Za-z][\w.-]*)[ \t]*$", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?(\.tool-versions|\.?mise(\.local)?\.toml|(.*/)?mise/config\.toml)"),
        pattern(r"^[ \t]*\"?(?P<name>[\w:./@-]+)\"?[ \t]*[ =][ \t]*\"?(?:latest|lts|stable|nightly)\b", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?\.pre-commit-config\.ya?ml"),
        pattern(r"^[ \t]*rev:[ \t]*[\"']?(?P<name>main|master|HEAD|develop|stable|latest)\b", re.MULTILINE),
    ),
    (
        pattern(r"(.*/)?CMakeLists\.txt|.*\.cmake"),
        pattern(r"\bGIT_TAG[ \t]+(?P<name>origin/\w+|main|master|HEAD|develop|latest)\b"),
    ),
    (
        pattern(r".*\.(json|toml|ya?ml)"),
        pattern(
            r"\bcommand\"?[ \t]*[:=][ \t]*\"?(?:npx|uvx|bunx|pnpx)\b[^\n]{0,400}?\bargs\"?[ \t]*[:=][ \t]*\["
            r"(?:[ \t]*\"-[^\"\n]{0,80}\",){0,8}[ \t]*\"(?P<name>@?[\w./-]+)\""
        ),
    ),
    (
        pattern(r".*(vimrc|init\.vim|\.vim|zshrc|zsh_plugins\.txt|tmux(\.local)?\.conf)"),
        pattern(
            r"^[ \t]*(?:Plug(?:in)?[ \t]+'(?P<name>[^'\n]+)'[ \t]*$"
            r"|(?:set|set-option) -g @plugin [\"'](?P<other>[^\"'#\n]+)[\"'])",
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
            found = next(filter(None, match.groupdict().values()), "")
            if found not in stages and ("://" in found or _VERSION.search(found) is None):
                yield found
