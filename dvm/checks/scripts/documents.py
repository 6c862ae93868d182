"""The text of a here-document, with what Bash expands in it.

Not by the grammar's own nodes: tree-sitter-bash (0.25.1) sees no backticks in it, nothing in a line that begins with
blanks, and no blanks at its beginning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts import expand
from dvm.checks.scripts.heredocs import first_row
from dvm.checks.scripts.parser import Source, UnreadableScriptError, parse
from dvm.checks.scripts.quoting import unescape_heredoc
from dvm.checks.scripts.values import EMPTY, Place, Value, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell

_TABS = pattern(r"^\t+", re.MULTILINE)
_BEGINS = pattern(r"`|\$(?=[\w({@*#?$!-])")
_NAME = pattern(r"\$(?:\w+|[@*#?$!-])")
_CLOSING = {"(": ")", "{": "}", "`": "`"}


def text_of(shell: Shell, redirect: Node, end: int, *, quoted: bool, strip: bool) -> Value:
    """Return the text of a here-document that ends at this byte."""
    row = first_row(redirect)
    lines = shell.source.data[:end].split(b"\n")[row:]
    written = b"\n".join(lines).decode("utf-8", "replace")
    if strip:
        written = _TABS.sub("", written)
    if quoted:
        result = literal(written)
    else:
        result = EMPTY
        for piece, offset, expands in _pieces(written):
            result += _expanded(shell, piece, row, written[:offset]) if expands else literal(unescape_heredoc(piece))
    return Value(result.parts, _start(shell, row, written, result, strip=strip))


def _start(shell: Shell, row: int, written: str, result: Value, *, strip: bool) -> tuple[int, int] | None:
    if shell.source.pinned or "\\\n" in written or result.text.count("\n") != written.count("\n"):
        return None
    line, column = shell.source.point(row, 0)
    return line, column if result.known == written and not strip else 0


def _pieces(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the text in pieces, each with where it begins and whether Bash expands it."""
    at = 0
    begin = 0
    while begin < len(text):
        if text[begin] == "\\":
            begin += 2
            continue
        if _BEGINS.match(text, begin) is None:
            begin += 1
            continue
        end = _end(text, begin)
        yield text[at:begin], at, False
        yield text[begin:end], begin, True
        at = begin = end
    yield text[at:], at, False


def _end(text: str, begin: int) -> int:
    """Return where an expansion ends, by its brackets; quotes in it count."""
    name = _NAME.match(text, begin)
    if name is not None:
        return name.end()
    at = begin if text[begin] == "`" else begin + 1
    closing = [_CLOSING[text[at]]]
    at += 1
    while at < len(text) and closing:
        mark = text[at]
        if mark == "\\" and closing[-1] != "'":
            at += 1
        elif mark == closing[-1]:
            closing.pop()
        elif closing[-1] in "'`":
            pass
        elif mark == "`" or (mark in "({" and text[at - 1] == "$") or (mark == "(" and closing[-1] == ")"):
            closing.append(_CLOSING[mark])
        elif mark == '"' or (mark == "'" and closing[-1] != '"'):
            closing.append(mark)
        at += 1
    return at


def _expanded(shell: Shell, piece: str, row: int, before: str) -> Value:
    shell.tick()
    # Between double quotes, as in a here-document, single quotes in `${…}` quote nothing.
    quotes = '"' if piece.startswith("${") else ""
    data = f"{quotes}{piece}{quotes}".encode("utf-8", "replace")
    outer = shell.source
    line, column = outer.point(row + before.count("\n"), 0)
    place = Place(line, column + len(before) - before.rfind("\n") - 1, *shell.lines)
    if outer.pinned:
        place = Place(outer.line, outer.column, *shell.lines)
    try:
        root = parse(data)
    except UnreadableScriptError as error:
        shell.trouble(place, str(error))
        return literal(piece)
    if root.has_error:
        shell.trouble(place, "what a here-document expands")
    node = root
    while node.type not in expand.EXPANSIONS and node.named_children:
        node = node.named_children[0]
    shell.source = Source(data, place.line, place.column - len(quotes), nested=True, pinned=outer.pinned)
    try:
        return expand.value(shell, node)
    finally:
        shell.source = outer
