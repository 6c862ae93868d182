"""Whether the grammar sees a here-document end where Bash does.

tree-sitter-bash (0.25.1) takes a line for the end that only begins with the delimiter, blanks before it or not, and one
that a backslash joins to the line above. What stands between that end and the one that Bash sees could hide the code
behind it from the review.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

_QUOTED = pattern(rb"'([^']*)'|\"([^\"\\$`]*)\"|((?:[^'\"\\$`]|\$(?![('\"{])|\\.)+)")


def misread(root: Node, data: bytes) -> int | None:
    """Return the line, from 1, of the first here-document that Bash reads otherwise; None where there is none."""
    if b"<<" not in data:
        return None
    lines = data.split(b"\n")
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if node.type == "heredoc_redirect" and not _is_read_alike(node, data, lines):
            return node.start_point.row + 1
        ahead.extend(reversed(node.children))
    return None


def _is_read_alike(redirect: Node, data: bytes, lines: list[bytes]) -> bool:
    parts = {child.type: child for child in redirect.children}
    start, body, end = (parts.get(f"heredoc_{name}") for name in ("start", "body", "end"))
    if start is None or body is None or end is None or end.is_missing:
        return redirect.has_error  # which is told of as such
    word = data[start.start_byte : start.end_byte]
    match = _QUOTED.fullmatch(word)
    if match is None:
        return False
    plain = match[3] is not None and b"\\" not in word
    delimiter = next(part for part in match.groups() if part is not None)
    if not plain and match[3] is not None:
        delimiter = delimiter.replace(b"\\", b"")
    first, last = first_row(redirect), end.start_point.row
    texts = list(_texts(lines[first : last + 1], plain=plain, tabs="<<-" in parts))
    return delimiter in texts[-1:] and delimiter not in texts[:-1]


def above(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes before the text; its first lines are words to the grammar if they begin with a backslash."""
    return list(takewhile(lambda node: not (node.text or b"").startswith(b"\n"), nodes))


def first_row(redirect: Node) -> int:
    """Return the row, from 0, where the text of a here-document begins."""
    row = redirect.start_point.row
    for child in above(redirect.children):
        if child.type == "heredoc_body":
            break
        row = (
            max([row, *(node.end_point.row for node in above(child.children))])
            if child.children
            else child.end_point.row
        )
    return row + 1


def _texts(lines: list[bytes], *, plain: bool, tabs: bool) -> Iterator[bytes]:
    """Yield the lines as Bash compares them with the delimiter: joined where a backslash does so, without tabs."""
    before = b""
    for index, line in enumerate(lines):
        text = before + line
        backslashes = len(line) - len(line.rstrip(b"\\"))
        if plain and backslashes % 2 and index < len(lines) - 1:
            before = text[:-1]
            continue
        before = b""
        yield text.lstrip(b"\t") if tabs else text
