"""`$name` and `${name…}`: variables, positional parameters, arrays and what is done to them."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.scripts.values import EMPTY, Hole, Value, fields, hole, literal

if TYPE_CHECKING:
    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell

_ALL = ("@", "*")
_BLANK = literal(" ")


def simple(shell: Shell, node: Node) -> Value:
    """Return the value of `$name`."""
    return named(shell, shell.source.of(node).lstrip()[1:])


def named(shell: Shell, name: str) -> Value:
    """Return the value of a parameter by its name."""
    positional = shell.scope.positional
    if name in _ALL:
        return _joined(positional) if positional is not None else hole("$@")
    if name.isdecimal() and name != "0" and positional is not None and len(name) < 4:  # noqa: PLR2004
        index = int(name) - 1
        return positional[index] if index < len(positional) else EMPTY
    found = shell.variable(name)
    return hole(f"${name}") if found is None else found


def elements(shell: Shell, node: Node) -> list[Value] | None:
    """Return the words of `"$@"`, `$@`, `"${array[@]}"` and `${array[@]}`, None for anything else."""
    quoted = node.type == "string"
    if quoted:
        inner = node.named_children
        if len(inner) != 1 or inner[0].type not in {"simple_expansion", "expansion"}:
            return None
        # Blanks around it would belong to the word.
        if node.end_byte - node.start_byte != inner[0].end_byte - inner[0].start_byte + 2:
            return None
        node = inner[0]
    text = shell.source.of(node).strip()
    if node.type == "simple_expansion":
        held = _held(shell, text[1:])
    else:
        held = _held(shell, text[2:-1]) if node.type == "expansion" else None
    if held is None or not quoted:
        return None if held is None else fields((value, False) for element in held for value in (element, _BLANK))
    # `"$*"` is one word.
    return None if "*" in text else held


def _held(shell: Shell, name: str) -> list[Value] | None:
    if name in _ALL and shell.scope.positional is not None:
        return list(shell.scope.positional)
    match = re.fullmatch(r"(\w+)\[[@*]\](?::([0-9]+))?", name)
    if match is None or match[1] not in shell.scope.arrays:
        return None
    return list(shell.scope.arrays[match[1]])[int(match[2] or 0) :]


def braced(shell: Shell, node: Node) -> Value:
    """Return the value of `${…}`."""
    prefix, name, operators, operands = _parts(node)
    if name is None:
        return hole(shell.source.of(node))
    base = _subscript(shell, name) if name.type == "subscript" else named(shell, shell.source.of(name))
    if prefix == "#":
        return hole(shell.source.of(node))
    if prefix == "!":
        pointed = base.known
        return hole(shell.source.of(node)) if pointed is None else named(shell, pointed)
    if not operators:
        return base
    unset = name.type != "subscript" and base.holes == (Hole(f"${shell.source.of(name)}"),)
    return _operate(shell, node, base, operators, operands, unset=unset, name=shell.source.of(name))


def _parts(node: Node) -> tuple[str, Node | None, list[str], list[Node]]:
    prefix = ""
    name: Node | None = None
    operators: list[str] = []
    operands: list[Node] = []
    for child in node.children[1:-1]:
        if name is None:
            if child.is_named or child.type in {"@", "*"}:
                name = child
            else:
                prefix = child.type
        elif child.is_named:
            operands.append(child)
        else:
            operators.append(child.type)
    return prefix, name, operators, operands


def _operate(
    shell: Shell,
    node: Node,
    base: Value,
    operators: list[str],
    operands: list[Node],
    *,
    unset: bool,
    name: str,
) -> Value:
    operator = operators[0]
    operand = shell.value(operands[0]) if operands else EMPTY
    if operator in {":-", "-", ":=", "="}:
        result = operand if unset or not base else base
        if "=" in operator and unset:
            shell.scope.set(name, (result,))
        return result
    if operator in {":+", "+"}:
        return operand if base else EMPTY
    if operator in {":?", "?", "@"}:
        return base
    changed = None if base.known is None else _changed(shell, base.known, operator, operand.known, operands)
    if changed is not None:
        return changed
    key = f"{base.key}{shell.source.of(node)}"
    return Value(tuple(replace(part, key=f"{key}:{part.key}") for part in base.holes)) or hole(key)


def _changed(  # noqa: PLR0911 - one way out an operator
    shell: Shell, text: str, operator: str, pattern: str | None, operands: list[Node]
) -> Value | None:
    """Return a known text as the operator changes it, None where that can't be told."""
    match operator[0]:
        case "^":
            return literal(text.upper() if operator == "^^" else text[:1].upper() + text[1:])
        case ",":
            return literal(text.lower() if operator == ",," else text[:1].lower() + text[1:])
        case "#" | "%":
            return None if pattern is None else literal(_trimmed(text, pattern, operator))
        case "/":
            new = shell.value(operands[1]).known if len(operands) > 1 else ""
            if pattern is None or new is None or any(mark in pattern for mark in "*?["):
                return None
            return literal(text.replace(pattern, new, -1 if operator == "//" else 1))
        case ":":
            return _slice(shell, text, operands)
        case _:
            return None


def _trimmed(text: str, pattern: str, operator: str) -> str:
    """`${x#p}` and its kin: the shortest or longest part that the pattern matches is taken off an end."""
    front = operator[0] == "#"
    lengths = range(len(text) + 1) if len(operator) == 1 else range(len(text), -1, -1)
    for length in list(lengths)[:512]:
        part = text[:length] if front else text[len(text) - length :]
        if fnmatch.fnmatchcase(part, pattern):
            return text[length:] if front else text[: len(text) - length]
    return text


def _slice(shell: Shell, text: str, operands: list[Node]) -> Value | None:
    bounds = [shell.value(operand).known or "" for operand in operands]
    if not bounds or not all(re.fullmatch(r"\s*-?[0-9]{1,6}", bound) for bound in bounds):
        return None
    begin = int(bounds[0])
    begin = begin if begin >= 0 else max(0, len(text) + begin)
    if len(bounds) == 1:
        return literal(text[begin:])
    length = int(bounds[1])
    return literal(text[begin : begin + length] if length >= 0 else text[begin:length])


def _subscript(shell: Shell, node: Node) -> Value:
    name, *rest = node.named_children
    word = shell.value(rest[0]).known if rest else None
    held = shell.scope.arrays.get(shell.source.of(name))
    index = shell.source.of(rest[0]) if rest else "0"
    if not held:
        return named(shell, shell.source.of(name)) if index == "0" else hole(f"${shell.source.of(node)}")
    if index in _ALL:
        return _joined(held)
    if re.fullmatch(r"-?[0-9]{1,4}", index) and -len(held) <= int(index) < len(held):
        return held[int(index)]
    keyed = shell.scope.keyed.get(shell.source.of(name), {})
    if word is not None and word in keyed:
        return keyed[word]
    # By a variable: any of them.
    shell.width = max(shell.width, len(held))
    return held[shell.choice % len(held)]


def _joined(values: tuple[Value, ...]) -> Value:
    result = EMPTY
    for index, value in enumerate(values):
        result = result + (literal(" ") if index else EMPTY) + value
    return result
