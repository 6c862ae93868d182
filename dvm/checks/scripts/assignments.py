"""Variables and arrays that get a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.scripts.program import Assignment
from dvm.checks.scripts.values import EMPTY, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell

_MOST_CHOICES = 8


def walk(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    """Take note of `name=value`; it prints nothing."""
    target, right = node.child_by_field_name("name"), node.child_by_field_name("value")
    if target is None:
        return EMPTY
    for child in target.named_children[1:]:
        # `a[$(…)]=` runs what is in it.
        shell.value(child)
    append = any(child.type == "+=" for child in node.children)
    name = shell.source.of(target)
    if right is not None and right.type == "array":
        _array(shell, name, right, append=append)
        return EMPTY
    values = choices(shell, lambda: EMPTY if right is None else shell.value(right))
    for value in values:
        _note(shell, name, value, node)
    if target.type == "subscript":
        name, _, index = name.partition("[")
        shell.scope.keyed.setdefault(name, {})[index.removesuffix("]").strip("'\"")] = values[0]
        shell.scope.arrays[name] = (*shell.scope.arrays.get(name, ()), *values)[-64:]
    elif append:
        shell.scope.append(name, values[0])
    else:
        shell.scope.set(name, values)
    return EMPTY


def choices(shell: Shell, evaluate: Callable[[], Value]) -> tuple[Value, ...]:
    """Return what a word may be: one value for each that its variables may have."""
    if shell.choosing:
        return (evaluate(),)
    shell.choosing, shell.choice, shell.width = True, 0, 1
    values = [evaluate()]
    while len(values) < min(shell.width, _MOST_CHOICES):
        shell.tick()
        shell.choice += 1
        values.append(evaluate())
    shell.choosing, shell.choice, shell.width = False, 0, 1
    return tuple(values)


def in_front(shell: Shell, node: Node) -> tuple[str, Value]:
    """Return an assignment in front of a command, which holds for that command alone."""
    target, right = node.child_by_field_name("name"), node.child_by_field_name("value")
    value = EMPTY if right is None or right.type == "array" else shell.value(right)
    name = "" if target is None else shell.source.of(target)
    _note(shell, name, value, node)
    return name, value


# Variables whose value a program hands to a shell, now or at every prompt.
_COMMANDS = frozenset(
    {"PROMPT_COMMAND", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "MANPAGER", "LESSOPEN", "EDITOR"}
)


def _note(shell: Shell, name: str, value: Value, node: Node) -> None:
    if name in _COMMANDS:
        shell.run_code(value, shell.place(node), None, name)
    shell.program.assignments.append(Assignment(name, value, shell.place(node)))


def _array(shell: Shell, name: str, node: Node, *, append: bool) -> None:
    items: list[Value] = []
    for child in node.named_children:
        if child.type == "comment":
            continue
        text = shell.source.of(child)
        if text.startswith("[") and "]=" in text:
            value = shell.value(child)
            held = value.text.partition("]=")[0]
            items.append(value.drop(len(held) + 2))
            _note(shell, held[1:], items[-1], child)
            shell.scope.keyed.setdefault(name, {})[held[1:]] = items[-1]
        else:
            items.extend(shell.words([child]))
    if append:
        items = [*shell.scope.arrays.get(name, ()), *items]
    shell.scope.arrays[name] = tuple(items[:256])


def declare(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    """`export`, `local`, `readonly`, `declare`, `typeset`."""
    for child in node.named_children:
        if child.type == "variable_assignment":
            walk(shell, child, None)
        elif child.type != "variable_name":
            _declared_word(shell, child)
    return EMPTY


def _declared_word(shell: Shell, node: Node) -> None:
    # `export "$name=value"` and `declare "x=y"` are words to the grammar.
    value = shell.value(node)
    name, equals, _ = value.text.partition("=")
    if equals and name.isidentifier():
        rest = value.drop(len(name) + 1)
        shell.scope.set(name, (rest,))
        _note(shell, name, rest, node)


def unset(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    """`unset` of variables and functions."""
    names = [shell.value(child).text for child in node.named_children]
    for name in names:
        if "-f" in names:
            shell.scope.functions.pop(name, None)
        else:
            shell.scope.variables.pop(name, None)
            shell.scope.arrays.pop(name, None)
    return EMPTY
