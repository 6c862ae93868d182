"""Taking one VM's declaration out of a TOML text, every other byte as it was.

What goes: the tables `[vm.NAME]` and below, and keys `vm.NAME…` however they are written. With a table go the
comment lines directly above its header, and the blank lines behind it (before it, where it is the last). Comments
above a key stay: they may be about the lines after it too.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tree_sitter_toml
from tree_sitter import Language, Parser

from dvm.manifest.positions import key_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_PARSER = Parser(Language(tree_sitter_toml.language()))
_MARK = b"\xef\xbb\xbf"


class CannotRemoveError(ValueError):
    """The text is written in a way that this module can't take apart for certain."""


def without_vm(content: bytes, name: str) -> bytes:
    """Return the text of a manifest without the declaration of VM `name`; the same bytes where it has none.

    Raises:
        CannotRemoveError: what is left would not mean just the same without that VM.
    """
    before = _values(content)
    if name not in before.get("vm", {}):
        return content
    start = len(_MARK) if content.startswith(_MARK) else 0
    text = content[start:]
    pieces = sorted(_pieces(text, ("vm", name)))
    for first, last in reversed(pieces):
        text = text[:first] + text[last:]
    result = content[:start] + text
    del before["vm"][name]
    try:
        after = _values(result)
    except tomllib.TOMLDecodeError as error:
        raise CannotRemoveError(str(error)) from error
    if _without_empty(after) != _without_empty(before):
        raise CannotRemoveError("other declarations would change")
    return result


def _values(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    # `[vm.app]` alone makes the table `vm` too; without it there is none, which means the same.
    return {key: value for key, value in values.items() if key != "vm" or value}


def _pieces(text: bytes, path: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of bytes that go, none of which overlap."""
    root = _PARSER.parse(text).root_node
    if root.has_error:
        raise CannotRemoveError("its syntax is not understood in full")
    for node in root.named_children:
        if node.type in {"table", "table_array_element"}:
            names = key_names(_parts(node)[0])
            if names[:2] == path:
                yield _stanza(text, node)
            elif names == path[:1]:
                for pair in _parts(node)[1:]:
                    yield from _in_pair(text, pair, path[1:])
        elif node.type == "pair":
            yield from _in_pair(text, node, path)


def _parts(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _in_pair(text: bytes, pair: Node, path: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield what goes of `key = value`; `path` is relative to the table the pair stands in."""
    key, *values = _parts(pair)
    names = key_names(key)
    if names[: len(path)] == path:
        yield _lines(text, pair.start_byte, pair.end_byte)
    elif names == path[: len(names)] and values and values[0].type == "inline_table":
        rest = path[len(names) :]
        entries = _parts(values[0])
        gone = [key_names(_parts(entry)[0])[: len(rest)] == rest for entry in entries]
        yield from _entries(entries, gone)


def _entries(entries: list[Node], gone: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of entries of an inline table, each with one of the commas around it."""
    for at, entry in enumerate(entries):
        if not gone[at]:
            continue
        kept_before = not all(gone[:at])
        if kept_before:
            yield entries[at - 1].end_byte, entry.end_byte
        elif at + 1 < len(entries):
            yield entry.start_byte, entries[at + 1].start_byte
        else:
            yield entry.start_byte, entry.end_byte


def _lines(text: bytes, first: int, last: int) -> tuple[int, int]:
    """Return the whole lines from byte `first` to byte `last`, the end of the last one's line with it."""
    start = text.rfind(b"\n", 0, first) + 1
    end = text.find(b"\n", last)
    return start, len(text) if end < 0 else end + 1


def _stanza(text: bytes, node: Node) -> tuple[int, int]:
    start, end = _lines(text, node.start_byte, _end_of_content(node))
    while start > 0:
        above = text.rfind(b"\n", 0, start - 1) + 1
        if not text[above:start].lstrip(b" \t").startswith(b"#"):
            break
        start = above
    comments = end
    while comments < len(text) and text[comments:].lstrip(b" \t").startswith(b"#"):
        comments = _lines(text, comments, comments)[1]
    if not text[comments:].lstrip(b" \t").startswith(b"["):
        # They follow the last line of the stanza directly, and no header follows them.
        end = comments
    blank = end
    while blank < len(text) and not text[blank : _lines(text, blank, blank)[1]].strip():
        blank = _lines(text, blank, blank)[1]
    if blank < len(text):
        return start, blank
    while start > 0:
        above = text.rfind(b"\n", 0, start - 1) + 1
        if text[above:start].strip():
            break
        start = above
    return start, blank


def _end_of_content(node: Node) -> int:
    """Return where the header or the last pair of a table ends: the node itself runs on to the next header."""
    parts = _parts(node)
    if len(parts) > 1:
        return parts[-1].end_byte
    # The header's closing bracket comes after its key.
    return next(child.end_byte for child in node.children if child.type in {"]", "]]"})
