"""The code blocks of a Markdown page, and what each of them is for.

| fence | what a test does with it |
|---|---|
| `sh` | runs it; `<!-- exit N -->` before it: it ends with N, not 0; `<!-- type TEXT -->`: what a reader types |
| `text` right after it | compares it with what the block printed; `…` stands for any text, alone in a line for any lines |
| `toml`, `bash`, `yaml`, `json` | parses it; where a comment in its first two lines names a file, writes that file |
| `console` | never runs; why not is in test_pages.py |

`<!-- run COMMAND -->` runs a command that the page need not show, as an `sh` block does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LANGUAGES = {"sh", "text", "toml", "bash", "yaml", "json", "console", "diff"}
_FENCE = re.compile(r"^( *)```(\S*)(.*)$")
_COMMENT = re.compile(r"^<!-- (run|exit|type) (.+) -->$")
_FILE = re.compile(r"^# (~/[\w./-]+\.\w+)(, added)?(?:[:,. ]|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `line` is that of its first line of text, from 1."""

    language: str
    text: str
    line: int
    status: int = 0
    typed: str | None = None
    shown: str | None = None
    """What a `text` block right after says that it prints."""

    @property
    def file(self) -> tuple[str, bool] | None:
        """The file that the block is, from the home directory, and whether it is added to what is there."""
        for line in self.text.splitlines()[:2]:
            if match := _FILE.match(line):
                return match[1].removeprefix("~/"), match[2] is not None
        return None

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Of a `console` block: the prompt (`$` is the host, `NAME$` a guest) and the command of each line."""
        joined = re.sub(r"\\\n", "", self.text)
        return [(match[1], match[2]) for match in re.finditer(r"^(\S*\$) (.+)$", joined, re.MULTILINE)]


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in order, hidden commands among them as `sh`."""
    return list(_paired(list(_fenced(page.read_text(encoding="utf-8")))))


def _fenced(text: str) -> Iterator[Block]:
    status, typed = 0, None
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if match := _COMMENT.match(line.strip()):
            kind, value = match.groups()
            if kind == "run":
                yield Block("sh", value, number, status)
                status = 0
            elif kind == "exit":
                status = int(value)
            else:
                typed = value
        elif match := _FENCE.match(line):
            indent, body = len(match[1]), []
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                body.append(inner[indent:])
            assert not match[3], f"line {number}: nothing goes after the language of a block"
            yield Block(match[2], "\n".join(body), number + 1, status, typed)
            status, typed = 0, None


def _paired(found: list[Block]) -> Iterator[Block]:
    """Join each `text` block to the `sh` block right before it."""
    for block, after in pairwise([*found, None]):
        assert block is not None
        if block.language == "sh" and after is not None and after.language == "text":
            yield Block(block.language, block.text, block.line, block.status, block.typed, after.text)
        else:
            yield block


def matches(shown: str, printed: str) -> bool:
    """Tell whether `printed` is what `shown` says, `…` being any text and a line of it any lines.

    Where a sentence wraps depends on how long the paths in it are, so that it may wrap elsewhere than the page has it.
    """
    return _matches(shown, printed) or _matches(_unwrapped(shown), _unwrapped(printed))


def _matches(shown: str, printed: str) -> bool:
    pattern = ""
    for line in shown.rstrip("\n").split("\n"):
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += "[^\\n]*".join(
                re.escape(part.strip(" ") if part.isspace() else part) for part in line.rstrip().split("…")
            )
            pattern += r"[ ]*\n"
    return re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph: those in a row that are indented alike."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        alike = len(line) - len(line.lstrip()) == len(before) - len(before.lstrip())
        if alike and before.strip() not in {"", "…"} and line.strip() not in {"", "…"}:
            lines[-1] = f"{before.rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)
