"""Tests: the ones that compare a file's digest with the one that the author wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts import expand
from dvm.checks.scripts.values import OriginKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Value

_DIGEST = pattern(r"[0-9a-fA-F]{64,128}")
_EQUAL = frozenset({"=", "==", "!=", "=~"})
SAME_SOURCE = "the checksum it is compared with comes from the network as well"


def test(shell: Shell, node: Node) -> None:
    """Walk through `[ … ]` or `[[ … ]]`."""
    ahead = [node]
    while ahead:
        inner = ahead.pop()
        if inner.type != "binary_expression":
            if inner.type in {"test_command", "parenthesized_expression", "unary_expression", "ERROR"}:
                ahead.extend(reversed(inner.named_children))
            else:
                expand.touch(shell, inner)
            continue
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        operator = inner.child_by_field_name("operator")
        if left is None or right is None or operator is None or shell.source.of(operator) not in _EQUAL:
            ahead.extend(reversed(inner.named_children))
            continue
        compared(shell, shell.value(left), shell.value(right))


def compared_words(shell: Shell, words: Sequence[Value]) -> None:
    """Walk through the words of the command `test`."""
    for index in range(1, len(words) - 1):
        if words[index].text in _EQUAL:
            compared(shell, words[index - 1], words[index + 1])


def compared(shell: Shell, left: Value, right: Value) -> None:
    """Take note that two texts were compared: a file's digest with a checksum verifies the file."""
    for digest, other in ((left, right), (right, left)):
        key = digest.digest_of
        if key is not None and other.digest_of is None:
            verify_by(shell, key, other)


def verify_by(shell: Shell, key: str, checksum: Value) -> None:
    """Take note that the file was compared with this checksum."""
    file = shell.disk.by_key(key)
    if file is None or shell.lenient:
        return
    origin = checksum.origin
    if origin is not None and origin.kind is OriginKind.REMOTE:
        file.doubt = SAME_SOURCE
        return
    if checksum.holes or _DIGEST.search(checksum.text):
        shell.disk.verify(file)
