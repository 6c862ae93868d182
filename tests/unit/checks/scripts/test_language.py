"""The words of commands, as they are read and as Bash makes them: Bash itself is asked."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from dvm.checks.scripts.read import read
from tests.unit.checks.scripts.cases import language

BASH = shutil.which("bash") or "/bin/bash"
UNKNOWN = "\N{HORIZONTAL ELLIPSIS}"
SHOW = "show() { printf '%s\\x1f' \"$@\"; printf '\\x1e'; }\n"


def _by_bash(text: str) -> list[tuple[str, ...]]:
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-c", SHOW + text],
        capture_output=True,
        check=False,
        timeout=20,
        cwd="/",
    )
    return [tuple(part.split("\x1f")[:-1]) for part in done.stdout.decode().split("\x1e")[:-1]]


def _read(text: str) -> list[tuple[str, ...]]:
    return [command.texts for command in read(text.encode()).commands if command.name == "show"]


@pytest.mark.parametrize("text", language.every())
def test_words_are_read_as_bash_makes_them(text: str) -> None:
    """Every command that Bash runs is there, in order; what is not known stands for anything."""
    found = iter(_read(text))
    for wanted in _by_bash(text):
        assert any(_may_be(words, wanted) for words in found), (text, _read(text), _by_bash(text))


def _may_be(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    pattern = ".*".join(map(re.escape, "\x1f".join(words).split(UNKNOWN)))
    return re.fullmatch(pattern, "\x1f".join(wanted), re.DOTALL) is not None
