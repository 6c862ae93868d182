"""Text of others inside Markdown, where it must not become a link, a mention, HTML, or the end of a block."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~-])")
_TICKS = re.compile(r"`+")


def code(text: str, *, in_table: bool = False) -> str:
    """Return `text` as a code span: the one form in which neither Markdown, HTML nor @names mean anything."""
    safe = visible(text) or " "
    ticks = "`" * (_longest_run(safe) + 1)
    pad = " " if safe.startswith("`") or safe.endswith("`") else ""
    span = f"{ticks}{pad}{safe}{pad}{ticks}"
    # A table is cut into cells before code spans are looked for.
    return span.replace("|", "\\|") if in_table else span


def plain(text: str) -> str:
    """Return a text of ours with everything in it that means something to Markdown or HTML escaped."""
    return _SPECIAL.sub(r"\\\1", escape(visible(text), quote=False))


def diff_block(lines: Iterable[str]) -> list[str]:
    """Return a fenced block in the colours of a diff. `lines` are safe to print.

    Its fence is longer than any run of backticks in it.
    """
    body = list(lines)
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in body), 3)
    return [f"{fence}diff", *body, fence]


def row(cells: Iterable[str]) -> str:
    """Return a line of a table. The cells are Markdown."""
    return "| " + " | ".join(cells) + " |"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
