"""Reads a script into a `Program`, once for all checks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dvm.checks.scripts.parser import Source, UnreadableScriptError, broken_parts, parse
from dvm.checks.scripts.program import NOWHERE, Comment, Program, Trouble
from dvm.checks.scripts.shell import Shell, TooComplexError

if TYPE_CHECKING:
    from tree_sitter import Node

_MARK = b"dvm:"
_KEPT = 16


@lru_cache(maxsize=_KEPT)
def read(content: bytes) -> Program:
    """Return what is in a script. Never raises: what can't be read is in `troubles`."""
    data = content.removeprefix(b"\xef\xbb\xbf")
    program = Program(data.decode("utf-8", "replace"))
    try:
        root = parse(data)
    except UnreadableScriptError as error:
        program.troubles.append(Trouble(NOWHERE, str(error)))
        return program
    source = Source(data)
    shell = Shell(program, source)
    if root.has_error:
        _note_errors(shell, root)
    if _MARK in data:
        program.comments.extend(_comments(root, source))
    try:
        _walk(shell, root)
    except (TooComplexError, RecursionError):
        # The depth is limited where code nests; what else may nest is refused all the same.
        shell.trouble(NOWHERE, "it has more ways through it than can be followed")
    return program


def _walk(shell: Shell, root: Node) -> None:
    shell.run(root)
    # What nothing calls may still be called by a name that only the run knows.
    for _ in range(3):
        for function in [item for item in shell.scope.functions.values() if not item.called]:
            shell.scope.positional = None
            before = [(file, file.origin, file.content) for file in shell.disk.pending()]
            shell.call_function(function, (), None)
            for file, origin, content in before:
                # What is never called has verified nothing.
                file.origin, file.content = origin, content


def _note_errors(shell: Shell, root: Node) -> None:
    for broken in broken_parts(root):
        # What it begins with, comments aside: a waiver finds room above that.
        node = next((child for child in broken.children if child.type != "comment"), broken)
        row, last = node.start_point.row + 1, node.end_point.row + 1
        shell.lines = (row, last)
        what = f"{shell.source.of(node).strip().partition(chr(10))[0][:60]}"
        missing = f'"{broken.type}" is missing' if broken.is_missing else f"at: {what}"
        shell.trouble(shell.place(node), f"the grammar does not know it ({missing})")
    shell.lines = (1, 1)


def _comments(root: Node, source: Source) -> list[Comment]:
    found: list[Comment] = []
    lines = source.data.split(b"\n")
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if node.type == "comment":
            point = node.start_point
            line, column = source.point(point.row, point.column)
            alone = not lines[point.row][: point.column].strip()
            found.append(Comment(source.of(node), line, column, alone))
        elif node.child_count:
            ahead.extend(node.children)
    return sorted(found, key=lambda comment: (comment.line, comment.column))
