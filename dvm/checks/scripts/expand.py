"""Words of Bash, expanded as far as they are known before the run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts import parameters
from dvm.checks.scripts.quoting import braces, unescape_ansi, unescape_string, unescape_word
from dvm.checks.scripts.values import EMPTY, Value, fields, hole, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Place

_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
EXPANSIONS = frozenset({"simple_expansion", "expansion", "arithmetic_expansion", *_SUBSTITUTIONS})
_BACKTICKS = pattern(r"(?<!\\)`((?:[^`\\]|\\.)*)`", re.DOTALL)
_SUBSTITUTED = pattern(r"\$\(|`|\$\{")
_IN_BACKTICKS = pattern(r"\\([$`\\])")
_IN_QUOTED_BACKTICKS = pattern(r"\\([$`\\\"])")


def words(shell: Shell, nodes: Iterable[Node]) -> list[Value]:
    """Return the words that these nodes become: none, one or several each."""
    done: list[Value] = []
    for group in _joined(nodes):
        node = group[0]
        kind = node.type
        if len(group) > 1:
            done.extend(fields([piece for each in group for piece in _pieces(shell, each)]))
        elif kind == "word":
            text = shell.source.of(node)
            several = braces(text) if "{" in text else None
            if several is None:
                done.append(_word(shell, node, text))
            else:
                done.extend(literal(word) for word in several)
        else:
            many = _braced(shell, node) if kind == "concatenation" else parameters.elements(shell, node)
            done.extend(fields(_pieces(shell, node)) if many is None else many)
    return done


def _joined(nodes: Iterable[Node]) -> list[list[Node]]:
    """Return the nodes, those together that are one word: the grammar takes it apart in front of backticks."""
    groups: list[list[Node]] = []
    for node in nodes:
        if (
            groups
            and groups[-1][-1].end_byte == node.start_byte
            and node.text is not None
            and not node.text[:1].isspace()
        ):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def value(shell: Shell, node: Node) -> Value:
    """Return a word that is never split: of an assignment, a redirection, a test."""
    result = EMPTY
    for piece, _ in _pieces(shell, node):
        result += piece
    return result


def touch(shell: Shell, node: Node) -> None:
    """Walk through the substitutions in a node whose value does not matter."""
    ahead = [node]
    while ahead:
        inner = ahead.pop()
        if inner.type in _SUBSTITUTIONS:
            value(shell, inner)
        elif inner.child_count:
            ahead.extend(reversed(inner.children))


def _braced(shell: Shell, node: Node) -> list[Value] | None:
    several = braces(shell.source.of(node))
    return None if several is None else [literal(word) for word in several]


def _start(shell: Shell, node: Node, offset: int = 0) -> tuple[int, int] | None:
    if shell.source.pinned:
        return None
    point = node.start_point
    line, column = shell.source.point(point.row, point.column)
    return line, column + offset


def _word(shell: Shell, node: Node, text: str) -> Value:
    if "`" in text and _BACKTICKS.search(text):
        return backticks(shell, text, shell.place(node))
    plain = unescape_word(text)
    return literal(plain, _start(shell, node) if plain == text else None)


def _pieces(shell: Shell, node: Node) -> list[tuple[Value, bool]]:  # noqa: PLR0911 - one way out a kind of node
    """Return the parts of a word, each with whether it stays whole where Bash splits words."""
    match node.type:
        case "concatenation":
            return [piece for child in node.children for piece in _pieces(shell, child)]
        case "string":
            return [(_string(shell, node), True)]
        case "translated_string":
            return [piece for child in node.named_children for piece in _pieces(shell, child)]
        case "raw_string":
            text = shell.source.of(node)[1:-1]
            if _SUBSTITUTED.search(text) and _is_within_double_quotes(node):
                shell.trouble(shell.place(node), 'Bash expands what is between single quotes in "${…}"')
            return [(literal(text, _start(shell, node, 1)), True)]
        case "ansi_c_string":
            return [(literal(unescape_ansi(shell.source.of(node)[2:-1])), True)]
        case "word":
            return [(_word(shell, node, shell.source.of(node)), True)]
        case kind if kind in EXPANSIONS:
            return [(_expansion(shell, node), False)]
        case _:
            touch(shell, node)
            return [(literal(shell.source.of(node)), True)]


def _is_within_double_quotes(node: Node) -> bool:
    """Whether it is part of a `"${…}"`, where single quotes quote nothing."""
    parent = node.parent
    while parent is not None and parent.type in {"concatenation", "expansion"}:
        parent = parent.parent
    return parent is not None and parent.type == "string"


def _string(shell: Shell, node: Node) -> Value:
    # Not by the grammar's text nodes: those leave blanks out.
    result = EMPTY
    data = shell.source.data
    begin, end = node.start_byte + 1, node.end_byte - 1
    for child in node.named_children:
        if child.type in EXPANSIONS:
            start = child.start_byte
            while data[start : start + 1].isspace():
                # The grammar counts blanks in front of an expansion as part of it.
                start += 1
            gap = data[begin:start].decode("utf-8", "replace")
            result = result + literal(unescape_string(gap)) + _expansion(shell, child)
            begin = child.end_byte
    result += literal(unescape_string(data[begin:end].decode("utf-8", "replace")))
    return Value(result.parts, _start_of_string(shell, node, result))


def _start_of_string(shell: Shell, node: Node, value: Value) -> tuple[int, int] | None:
    """Return where a text between double quotes begins, as exactly as can be told."""
    written = shell.source.of(node)[1:-1]
    if value.known == written:
        return _start(shell, node, 1)
    start = _start(shell, node)
    moved = "\\\n" in written or value.text.count("\n") != written.count("\n")
    return None if start is None or moved or "\n" not in written else (start[0], 0)


def _expansion(shell: Shell, node: Node) -> Value:
    match node.type:
        case "simple_expansion":
            return parameters.simple(shell, node)
        case "expansion":
            return parameters.braced(shell, node)
        case "command_substitution":
            text = shell.source.of(node).lstrip()
            if text.startswith("`") and "\\" in text:
                return backticks(
                    shell, text, shell.place(node), quoted=node.parent is not None and node.parent.type == "string"
                )
            return _substitution(shell, node)
        case "process_substitution":
            return _process(shell, node)
        case _:
            for child in node.named_children:
                touch(shell, child)
            return hole(f"arithmetic:{shell.source.of(node)}")


def _substitution(shell: Shell, node: Node) -> Value:
    variables = shell.scope.fork()
    with shell.within():
        out = shell.block(node.named_children, None)
    shell.scope.variables = {**variables, **_private(shell, variables)}
    # Nothing that is known of is not the same as nothing.
    return _without_newlines(out) or hole(shell.source.of(node))


def _without_newlines(out: Value) -> Value:
    last = out.parts[-1] if out.parts else ""
    if isinstance(last, str) and last.endswith("\n"):
        return Value((*out.parts[:-1], last.rstrip("\n")), out.start)
    return out


def _private(shell: Shell, known: dict[str, tuple[Value, ...]]) -> dict[str, tuple[Value, ...]]:
    return {n: v for n, v in shell.scope.variables.items() if n.startswith("__dvm_") and n not in known}


def backticks(shell: Shell, text: str, place: Place, *, quoted: bool = False) -> Value:
    """Return what a text with backticks becomes, where the grammar does not see into them."""
    result = EMPTY
    for index, piece in enumerate(_BACKTICKS.split(text)):
        if index % 2 == 0:
            result += literal(unescape_word(piece))
            continue
        variables = shell.scope.fork()
        escaped = _IN_QUOTED_BACKTICKS if quoted else _IN_BACKTICKS
        out = shell.run_code(literal(escaped.sub(r"\1", piece)), place, None, "a shell")
        shell.scope.variables = {**variables, **_private(shell, variables)}
        result += _without_newlines(out) or hole(piece)
    return result


def _process(shell: Shell, node: Node) -> Value:
    path = shell.fresh("/dev/fd")
    children = node.children
    if children and children[0].type == ">(":
        shell.sinks[path.key] = (node, shell.source, shell.lines)
        return path
    with shell.within():
        out = shell.block(node.named_children, None)
    shell.disk.provide(path, out, shell.place(node))
    return path
