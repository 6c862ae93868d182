"""Another name for a VM in a TOML text, every other byte as it was.

What changes: the part `NAME` of `vm.NAME` in headers and keys, and the VM's name in `depends_on` and `reach` of other
VMs and of `[defaults]`. Comments stay as they are.
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
_NAMING = frozenset({"depends_on", "reach"})
_TABLES = {"table", "table_array_element"}


class CannotRenameError(ValueError):
    """The text is written in a way that this module can't change for certain."""


def with_renamed_vm(content: bytes, old: str, new: str, *, body: bool = False) -> bytes:
    """Return the text with VM `old` called `new`; the same bytes where it does not name it.

    `body`: the text is that of one VM's own file, whose keys are those of `[vm.X]`.

    Raises:
        CannotRenameError: the new text would not mean just the same under the new name.
    """
    before = _values(content)
    wanted = _body(before, old, new) if body else _renamed(before, old, new)
    if wanted == before:
        return content
    start = len(_MARK) if content.startswith(_MARK) else 0
    text = content[start:]
    root = _PARSER.parse(text).root_node
    if root.has_error:
        raise CannotRenameError("its syntax is not understood in full")
    change = _Change(old, new, ("vm", "") if body else ())
    for first, last in sorted(change.edits(root), reverse=True):
        text = text[:first] + new.encode() + text[last:]
    result = content[:start] + text
    try:
        after = _values(result)
    except tomllib.TOMLDecodeError as error:
        raise CannotRenameError(str(error)) from error
    if after != wanted:
        raise CannotRenameError("other declarations would change")
    return result


class _Change:
    """Finds the bytes that spell the old name. `place`: the path of the table that the text's own keys are in."""

    def __init__(self, old: str, new: str, place: tuple[str, ...]) -> None:
        self._old, self._new, self._place = old, new, place

    def edits(self, root: Node) -> Iterator[tuple[int, int]]:
        for node in root.named_children:
            if node.type in _TABLES:
                key, *pairs = _parts(node)
                path = (*self._place, *key_names(key))
                yield from self._in_key(key, self._place)
                for pair in pairs:
                    yield from self._in_pair(pair, path)
            elif node.type == "pair":
                yield from self._in_pair(node, self._place)

    def _in_pair(self, pair: Node, table: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        key, *values = _parts(pair)
        yield from self._in_key(key, table)
        path = (*table, *key_names(key))
        for value in values:
            if value.type == "inline_table":
                for inner in _parts(value):
                    yield from self._in_pair(inner, path)
            elif value.type == "array" and _names_vms(path):
                for item in _parts(value):
                    yield from self._in_string(item)

    def _in_key(self, key: Node, table: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        leaves = list(_leaves(key))
        for at, name in enumerate(key_names(key)):
            if (*table, *key_names(key)[:at]) == ("vm",) and name == self._old:
                leaf = leaves[at]
                quotes = leaf.type == "quoted_key"
                yield leaf.start_byte + quotes, leaf.end_byte - quotes

    def _in_string(self, item: Node) -> Iterator[tuple[int, int]]:
        text = item.text or b""
        for quote in (b'"""', b"'''", b'"', b"'"):
            if text.startswith(quote):
                inner = text[len(quote) : -len(quote)]
                if inner.partition(b":")[0] == self._old.encode():
                    begin = item.start_byte + len(quote)
                    yield begin, begin + len(self._old)
                return


def _names_vms(path: tuple[str, ...]) -> bool:
    of_vm = len(path) == 3 and path[0] == "vm"  # noqa: PLR2004 - vm.NAME.KEY
    return path[-1] in _NAMING and (of_vm or path[:-1] == ("defaults",))


def _leaves(key: Node) -> Iterator[Node]:
    if key.type == "dotted_key":
        for child in key.named_children:
            yield from _leaves(child)
    else:
        yield key


def _parts(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _values(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _renamed(values: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    found = dict(values)
    vms = values.get("vm", {})
    if isinstance(vms, dict) and vms:
        found["vm"] = {new if name == old else name: _body(vm, old, new) for name, vm in vms.items()}
    if "defaults" in values:
        found["defaults"] = _body(values["defaults"], old, new)
    return found


def _body(values: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any TOML value
    if not isinstance(values, dict):
        return values
    return {
        key: [_named(item, old, new) for item in value] if key in _NAMING and isinstance(value, list) else value
        for key, value in values.items()
    }


def _named(item: Any, old: str, new: str) -> Any:  # noqa: ANN401
    if not isinstance(item, str):
        return item
    name, colon, rest = item.partition(":")
    return f"{new}{colon}{rest}" if name == old else item
