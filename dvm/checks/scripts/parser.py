"""The Bash parser, and its limits.

tree-sitter recovers from any error, but for some junk (100,000 times `)`, or `a|`) that takes it minutes, and
it can't be interrupted: its Python binding holds the interpreter, and its reading callback ends the process when
the text stops early (tree-sitter 0.26.1). So a long script is parsed in growing parts first, and given up as soon as
the parts take longer than those of any script do.

Its scanner for Bash (tree-sitter-bash 0.25.1) looks characters up in a table of 384 with `isdigit` and `isalpha`: a
character far behind that, an emoji behind a `{` say, is read from memory that may not be there, which ends the process.
It also takes a wide space for a blank, which Bash does not, and cuts the characters of a here-document's delimiter to
eight bits. So it gets to see DEL in place of each byte that is not ASCII: a character of words, to it and to Bash.
"""

from __future__ import annotations

import time
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import force_setattr

from dvm.checks.patterns import pattern
from dvm.checks.scripts.heredocs import misread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

LARGEST = 128 << 10
"""Bytes of a script that is read; what is larger carries a payload that no person reviews either."""
_PART = 16 << 10
_SECONDS = 1.5
_MOST_ERRORS = 5
_SHOWN = bytes(range(0x80)) + b"\x7f" * 0x80
_DELIMITER = pattern(rb"""(?<!<)<<(?!<)-?(?:[ \t]|\\\n)*(?:[^\s'";&|<>()]|\\\n)*(?:(['"])[^'"\n]*)?[\x7f-\xff]""")
"""A here-document whose delimiter has a byte that the grammar does not get to see."""


class UnreadableScriptError(Exception):
    """A script can't be parsed within the limits; the text completes "DVM cannot read this script: …"."""


class Source(Struct, frozen=True):
    """A piece of Bash, and where it is in the script.

    `line` and `column` are of its first character, from 1. `pinned`: it isn't in the script as it stands (it
    was put together from variables), so everything in it has the place of the command that runs it. Column 0:
    columns are not as in the script, and none is given.
    """

    data: bytes
    line: int = 1
    column: int = 1
    nested: bool = False
    pinned: bool = False
    ascii: bool = False
    """Whether bytes are characters; filled in."""

    def __post_init__(self) -> None:
        """Look once whether bytes are characters: places are asked for many times."""
        force_setattr(self, "ascii", self.data.isascii())

    def point(self, row: int, column: int) -> tuple[int, int]:
        """Return line and column, in characters, of a point of the parse tree (in bytes)."""
        if self.column == 0:
            return self.line + row, 1
        if not self.ascii:
            begin = _line_starts(self.data)[row]
            column = len(self.data[begin : begin + column].decode("utf-8", "replace"))
        return self.line + row, column + (self.column if row == 0 else 1)

    def of(self, node: Node) -> str:
        """Return the text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def between(self, first: Node, last: Node) -> str:
        """Return the text from one node to the end of another."""
        return self.data[first.start_byte : last.end_byte].decode("utf-8", "replace")


@lru_cache(maxsize=8)
def _line_starts(data: bytes) -> tuple[int, ...]:
    starts = [0]
    for index, line in enumerate(data.split(b"\n")):
        starts.append(starts[index] + len(line) + 1)
    return tuple(starts)


@cache
def _parser() -> Parser:
    # Late: plans whose scripts were all reviewed before need no parser.
    from tree_sitter import Language, Parser

    return Parser(Language(_grammar()))


def _grammar() -> object:
    # The package itself imports importlib.resources, for texts that nobody wants here: that takes longer than a review.
    package = find_spec("tree_sitter_bash")
    places = package.submodule_search_locations if package else None
    binding = PathFinder.find_spec("tree_sitter_bash._binding", places)
    if binding is None or binding.loader is None:
        import tree_sitter_bash

        return tree_sitter_bash.language()
    module = module_from_spec(binding)
    binding.loader.exec_module(module)
    return module.language()


def parse(data: bytes) -> Node:
    """Return the root of the parse tree.

    Raises:
        UnreadableScriptError: the text has a NUL, is too large, or takes too long.
    """
    if b"\0" in data:
        raise UnreadableScriptError("it has a NUL byte")
    if len(data) > LARGEST:
        raise UnreadableScriptError(f"it has more than {LARGEST >> 10} KiB; put the payload into a file of its own")
    if _DELIMITER.search(data):
        raise UnreadableScriptError("the delimiter of a here-document is not plain ASCII")
    data = data.translate(_SHOWN)
    parser = _parser()
    begin = time.thread_time()
    for size in range(_PART, len(data), _PART):
        parser.parse(data[:size])
        if time.thread_time() - begin > _SECONDS:
            raise UnreadableScriptError("it takes too long to parse")
    root = parser.parse(data).root_node
    line = misread(root, data)
    if line is not None:
        raise UnreadableScriptError(
            f"the here-document in line {line} may end elsewhere for Bash; give it a delimiter, plain or in single "
            "quotes, that begins no line in it"
        )
    return root


def _is_understood(node: Node) -> bool:
    """Whether an error is one of the grammar's own (tree-sitter-bash 0.25), around which we find our way."""
    after = node.next_sibling
    if node.is_error:
        # `> a <<< b` and `3<> a` are split into an error and a redirection.
        text = node.text
        if after is None or after.start_byte != node.end_byte or text not in {b"<<", b"<"}:
            return False
        operator = after.children[0].type if after.type == "file_redirect" and after.children else after.type
        return operator == ("<" if text == b"<<" else ">")
    # `${a:$b:1}`: the expansion ends where the variable begins, and the rest is text.
    before, parent = node.prev_sibling, node.parent
    outside = None if parent is None else parent.next_sibling
    return (
        node.type == "}"
        and before is not None
        and before.type == ":"
        and outside is not None
        and outside.type in {"simple_expansion", "expansion"}
        and outside.start_byte == node.start_byte
    )


def broken_parts(root: Node) -> Iterator[Node]:
    """Yield the outermost parts that the grammar could not read, the first few of them."""
    count = 0
    ahead = [root]
    while ahead and count < _MOST_ERRORS:
        node = ahead.pop()
        if node.is_error or node.is_missing:
            if not _is_understood(node):
                count += 1
                yield node
        elif node.has_error:
            ahead.extend(reversed(node.children))
